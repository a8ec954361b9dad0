import Wire

/// Messages from the network, with a second between them.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var server = FuzzedServer(
        """
        authoritative;
        option domain-name "example.org";
        option space ours;
        option ours.mtu code 2 = unsigned integer 16;
        vendor-option-space ours;
        option ours.mtu 1400;
        use-host-decl-names on;
        class "phones" { match if substring (option vendor-class-identifier, 0, 3) = "PXE"; }
        host known { hardware ethernet 02:10:00:00:00:09; fixed-address 10.77.0.9; }
        host other { uid "other"; option host-name "other"; }
        shared-network both {
            subnet 10.77.0.0 netmask 255.255.255.0 {
                option routers 10.77.0.254, 10.77.0.253;
                pool { deny members of "phones"; range 10.77.0.100 10.77.0.109; }
                pool { allow members of "phones"; range dynamic-bootp 10.77.0.110 10.77.0.112; }
            }
            subnet 10.88.0.0 netmask 255.255.255.0 { range 10.88.0.100 10.88.0.103; }
        }
        """)
    for message in pieces(unsafe Array(UnsafeBufferPointer(start: start, count: count))) {
        server.receive(message)
        server.pass(seconds: 1)
    }
    server.pass(seconds: 100_000)
    server.check()
    return 0
}
