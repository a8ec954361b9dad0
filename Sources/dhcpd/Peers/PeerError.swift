import Glibc

/// ISC's words for error numbers of connections (failover.md §1.5).
enum PeerError {
    static func reason(_ code: Int32) -> String {
        switch code {
        case EHOSTUNREACH, EHOSTDOWN: "host unreachable"
        case ENETUNREACH, ENETDOWN: "network unreachable"
        case EADDRNOTAVAIL: "address not available"
        case EADDRINUSE: "address in use"
        case ECONNREFUSED: "connection refused"
        case ECONNRESET, EPIPE: "connection reset"
        case ETIMEDOUT: "timed out"
        case EACCES, EPERM: "permission denied"
        case EMFILE, ENFILE: "too many open files"
        case ENOBUFS, ENOMEM: "not enough free resources"
        default: "unexpected error"
        }
    }
}
