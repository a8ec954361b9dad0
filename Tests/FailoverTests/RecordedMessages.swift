/// Messages captured between two stock servers (failover.md §2.6).
enum RecordedMessages {
    /// What was said, and its bytes in hexadecimal.
    static let all: [(name: String, hex: String)] = [
        (
            "CONNECT — primary to secondary, first message on the link",
            """
            0069050c6b00fb1b0000000000160003666f6f000e00040000000a0013000400\
            00001e001c000c6973632d342e342e332d50310014000101001b000100000f00\
            040000003c000b0020ffffffffffffffffffffffffffffffff00000000000000\
            000000000000000000
            """
        ),
        (
            "CONNECTACK — accept; no max-unacked-updates or max-response-delay: 100 and 20",
            """
            003d060c6b00fb1b0000000000160003666f6f000e0004000000640013000400\
            000014001c000c6973632d342e342e332d50310014000101001a000100
            """
        ),
        (
            "CONNECTACK — reject: unknown name, so no max-unacked and receive-timer",
            """
            0058060c6b01084a0000100000160003626172001c000c6973632d342e342e33\
            2d50310014000101001a000100001500010800100022756e6b6e6f776e206661\
            696c6f7665722072656c6174696f6e73686970206e616d65
            """
        ),
        (
            "STATE — server in STARTUP, remembered state RECOVER",
            """
            001e0a0c6b00fb1b0000000000180001060017000101001900046b00fb1b
            """
        ),
        (
            "STATE — NORMAL",
            """
            001e0a0c6b00fb1b0000000c00180001020017000100001900046b00fb1b
            """
        ),
        (
            "CONTACT",
            """
            000c0b0c6b00fb2100000010
            """
        ),
        (
            "UPDREQALL",
            """
            000c070c6b00fb1b00000003
            """
        ),
        (
            "UPDREQ",
            """
            000c090c6b0105c400000003
            """
        ),
        (
            "UPDDONE — xid echoes the UPDREQ/UPDREQALL",
            """
            000c080c6b00fb1b00000004
            """
        ),
        (
            "BNDUPD — never-used free lease (all time fields zero, no cltt)",
            """
            0031030c6b00fb1b00000004000200040a4d00640003000101000d0004000000\
            0000120004000000000019000400000000
            """
        ),
        (
            "BNDUPD — active lease with client-identifier; MCLT 60, desired 600, granted 60",
            """
            004f030c6b00fbb300000025000200040a4d006e000300010200040007010200\
            000000020005000701020000000002000d00046b00fbef001200046b00fe2900\
            1900046b00fbb3000600046b00fbb3
            """
        ),
        (
            "BNDUPD — released lease",
            """
            0044030c6b00fbbd0000001b000200040a4d006d000300010400050007010200\
            00000001000d00046b00fbbd001200046b00fbbd001900046b00fbb100060004\
            6b00fbb8
            """
        ),
        (
            "BNDUPD — lease handed to the secondary by affinity",
            """
            003c030c6b00fbbd00000026000200040a4d006d000300010700050007010200\
            00000001000d00046b00fbbd001200046b00fbbd001900046b00fbbd
            """
        ),
        (
            "BNDUPD — abandoned lease (no client information)",
            """
            0039030c6b00fbc300000027000200040a4d006e0003000105000d00046b024d\
            43001200046b00fe29001900046b00fbb3000600046b00fbb3
            """
        ),
        (
            "BNDACK — accept",
            """
            0014040c6b00fbb500000025000200040a4d006e
            """
        ),
        (
            "BNDACK — reject",
            """
            002f040c6b0105c300001003000200040a090909001500010100100012756e6b\
            6e6f776e2049502061646472657373
            """
        ),
        (
            "POOLREQ",
            """
            000c010c6b0105c100000002
            """
        ),
        (
            "POOLRESP — xid echoes the POOLREQ",
            """
            0014020c6b0105e8000010070001000400000006
            """
        ),
        (
            "DISCONNECT",
            """
            004b0c0c6b0105c40000000100150001080010003672656d6f7465206661696c\
            6f7665722072656c6174696f6e73686970206e616d652077726f6e6720646f65\
            73206e6f74206d61746368
            """
        ),
    ]
}
