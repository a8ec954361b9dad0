import Failover
import Leases
import Server
import Wire

/// What a partner sends: to the codec alone, and to a server at either end of the relationship. The
/// pieces arrive with some time between them, so that they meet the machines in many states.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    fuzzFailoverStream(bytes)
    for role in ["primary; mclt 3600; split 128", "secondary"] {
        var server = FuzzedServer(
            """
            failover peer "lab" {
                \(role);
                address 10.77.0.1;
                peer address 10.77.0.2;
                max-response-delay 60;
                max-unacked-updates 10;
                load balance max seconds 3;
            }
            subnet 10.77.0.0 netmask 255.255.255.0 {
                pool { failover peer "lab"; range 10.77.0.100 10.77.0.119; }
            }
            """)
        let link = LinkID(7)
        server.step(
            .accepted(
                link, from: IPv4Address(10, 77, 0, 2), at: IPv4Address(10, 77, 0, 1), port: 647))
        for piece in pieces(bytes) {
            server.step(.peerBytes(link, piece))
            server.pass(seconds: 2)
        }
        server.pass(seconds: 30)
        server.step(.closed(link))
        server.pass(seconds: 8000)
        server.check()
    }
    return 0
}
