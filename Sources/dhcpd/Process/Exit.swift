import Glibc

/// Ends the process.
func leaveProcess(_ status: Int32) -> Never { exit(status) }
