// swift-tools-version: 6.2
import PackageDescription

/// One set of switches for every Swift target: see CONTRIBUTING.md for the reasons.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

/// A module of `Sources/` with its own folder of tests.
func module(_ name: String, _ dependencies: [String]) -> Target {
    .target(
        name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [String]) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies.map { .byName(name: $0) },
        path: "Tests/\(name)Tests", swiftSettings: strict)
}

let package = Package(
    name: "dhcpd",
    products: [
        .executable(name: "dhcpd", targets: ["dhcpd"]),
        .executable(name: "omshell", targets: ["omshell"]),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        module("Wire", []),
        module("ConfParser", ["Wire"]),
        module("Leases", ["Wire", "ConfParser"]),
        module("Failover", ["Wire", "ConfParser", "Leases"]),
        module("Server", ["Wire", "ConfParser", "Leases", "Failover"]),
        module("Omapi", ["Wire", "ConfParser", "Leases", "Failover", "Server"]),
        module("Signing", ["COpenSSL", "Omapi"]),
        module("OmapiClient", ["Wire", "ConfParser", "Omapi"]),
        .executableTarget(
            name: "dhcpd",
            dependencies: [
                "CLinux", "Wire", "ConfParser", "Leases", "Failover", "Server", "Omapi", "Signing",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "omshell", dependencies: ["Wire", "Omapi", "OmapiClient", "Signing"],
            swiftSettings: strict),
        .target(
            name: "Simulation",
            dependencies: ["Wire", "ConfParser", "Leases", "Failover", "Server"],
            path: "Tests/Simulation", swiftSettings: strict),
        tests(of: "Wire", ["Wire"]),
        .target(name: "FixtureFiles", path: "Tests/FixtureFiles", swiftSettings: strict),
        tests(of: "ConfParser", ["ConfParser", "FixtureFiles", "Wire"]),
        tests(of: "Leases", ["Leases", "ConfParser", "Wire"]),
        tests(of: "Failover", ["Failover", "Leases", "ConfParser", "Wire"]),
        tests(
            of: "Server", ["FixtureFiles", "Server", "Failover", "Leases", "ConfParser", "Wire"]),
        tests(of: "Omapi", ["Omapi", "Server", "Leases", "ConfParser", "Wire"]),
        tests(of: "OmapiClient", ["FixtureFiles", "OmapiClient", "Omapi", "Signing"]),
        tests(
            of: "Simulation", ["Simulation", "Server", "Failover", "Leases", "ConfParser", "Wire"]),
        tests(of: "Tidy", []),
    ],
    swiftLanguageModes: [.v6]
)
