/// The usage text, which other programs compare or search.
enum Usage {
    static let text = """
        Usage: dhcpd [-p <UDP port #>] [-f] [-d] [-q] [-t|-T]
                     [-4|-6] [-cf config-file] [-lf lease-file]
                     [-user user] [-group group] [-chroot dir]
                     [-tf trace-output-file]
                     [-play trace-input-file]
                     [-pf pid-file] [--no-pid] [-s server]
                     [if0 [...ifN]]
               dhcpd {--version|--help|-h}
        """
}
