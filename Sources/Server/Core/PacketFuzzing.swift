import ConfParser
import Leases
import Wire

/// Feeds any bytes to a server as a packet: for fuzzers. Nothing may trap.
///
/// The server has hosts, classes and expressions and has just served a client; the bytes come once
/// from the link and once as if they were the client's renewal.
public func fuzzPacket(_ bytes: [UInt8]) {
    let now = Now(
        wall: Timestamp(1_700_000_000), mono: Instant(nanoseconds: 1_000_000_000_000))
    var store = LeaseStore(pools: fuzzConfiguration.leaseRanges, seed: 7)
    store.enlist()
    let interface = Interface(
        id: InterfaceID(0), name: "eth0", addresses: [IPv4Address(10, 0, 0, 1)],
        hardware: HardwareAddress(type: 1, bytes: [2, 0, 0, 0, 0, 1]) ?? .none)
    var core = ServerCore(
        configuration: fuzzConfiguration, interfaces: [interface], leases: store,
        failoverStates: [], seed: 7, now: now)
    var effects = Effects()
    core.start(now: now, into: &effects)
    let later = Now(wall: now.wall + 30, mono: now.mono.advanced(seconds: 30))
    for moment in [now, now, later] {
        core.receive(
            bytes.span, on: InterfaceID(0), from: IPv4Address(10, 0, 0, 100), now: moment,
            into: &effects)
        core.step(.tick, now: moment, into: &effects)
        effects.clear()
    }
}

private let fuzzConfiguration: Configuration = {
    let text = """
        authoritative; allow leasequery; echo-client-id true;
        option space V; option V.a code 1 = text; vendor-option-space V; option V.a "x";
        class "c" { match option host-name; lease limit 2; }
        class "d" { spawn with option agent.circuit-id; }
        host h { hardware ethernet 2:0:0:0:1:1; fixed-address 10.0.0.7; }
        host i { option dhcp-client-identifier "i"; filename "f"; }
        subnet 10.0.0.0 netmask 255.255.255.0 {
          range dynamic-bootp 10.0.0.100 10.0.0.120;
          option routers 10.0.0.1;
          option root-path = concat(option host-name, binary-to-ascii(16, 8, ":", hardware));
          if substring(option vendor-class-identifier, 0, 2) = "ab" { set v = option user-class; }
          pool { allow known-clients; range 10.0.0.130 10.0.0.140; }
        }
        """
    let outcome = parseConfiguration(path: [], family: .v4) { _ in .bytes(Array(text.utf8)) }
    return Configuration(outcome.tree)
}()
