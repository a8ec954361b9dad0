import Glibc
import Leases
import Server
import Wire

/// How far a reload is.
struct ReloadProgress {
    let reloader: Reloader
    let service: ServiceManager
    /// The thread is reading.
    var isReading = false
    /// A signal came while it was: the files may have changed since, and are read once more.
    var isWantedAgain = false
    /// What the lease file declares beside leases, as it was when the thread began.
    var declarations: [UInt8] = []
    /// How often an operator has changed that while the thread was reading.
    var repetitions = 0

    /// An operator who never stops does not hold a reload up for ever.
    static let repetitionsMax = 20
}

// SIGHUP: the files are read and compiled aside and swapped in between two packets.

extension EventLoop {
    /// Begins to read the configuration anew.
    mutating func beginReload() {
        guard !reload.isReading else {
            reload.isWantedAgain = true
            return
        }
        let microseconds = now.mono.nanoseconds / 1000
        reload.service.notify("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
        log.write(.info, "reload: reading the configuration.")
        if trace != nil { return refuseReload(Array("a trace is being written".utf8)) }
        do throws(SystemError) {
            reload.repetitions = 0
            try readAside()
        } catch {
            refuseReload(Array("\(error.call): \(error.message)".utf8))
        }
    }

    private mutating func readAside() throws(SystemError) {
        reload.declarations = core.leases.declarations.rendered(core.leases.format)
        try reload.reloader.begin(declarations: reload.declarations)
        reload.isReading = true
    }

    /// Takes what the thread has read; between two turns, when nobody has a number in hand.
    mutating func finishReload() {
        guard reload.isReading, exitStatus == nil, peers.inputs.isEmpty,
            let result = reload.reloader.takeResult()
        else { return }
        reload.isReading = false
        if reload.isWantedAgain {
            reload.isWantedAgain = false
            beginReload()
            return
        }
        if result.ready != nil,
            core.leases.declarations.rendered(core.leases.format)
                != reload.declarations
        {
            repeatReading()
            return
        }
        for line in result.lines { log.write(line.level, line.text) }
        guard let ready = result.ready else {
            refuseReload(result.refusal ?? [])
            return
        }
        swapIn(ready)
    }

    /// Something was declared by OMAPI meanwhile: the new configuration has to know it.
    private mutating func repeatReading() {
        reload.repetitions += 1
        guard reload.repetitions <= ReloadProgress.repetitionsMax else {
            refuseReload(Array("hosts are declared by OMAPI all the time".utf8))
            return
        }
        do throws(SystemError) {
            try readAside()
        } catch {
            refuseReload(Array("\(error.call): \(error.message)".utf8))
        }
    }

    private func refuseReload(_ reason: [UInt8]) {
        // What ISC says when it ends; here nothing ends.
        let isGeneral = reason.elementsEqual(
            "Configuration file errors encountered -- exiting".utf8)
        let shown =
            isGeneral ? Array("errors in the configuration".utf8) : reason
        log.write(
            .error,
            Array("reload: ".utf8) + shown
                + Array("; the old configuration stays in force.".utf8))
        reload.service.notify("READY=1")
    }

    private mutating func swapIn(_ ready: Reloader.Ready) {
        let next: Listening
        do throws(RawSocket.Failure) {
            next = try listening.reopened(ready.choice)
        } catch {
            for line in error.lines { log.write(.error, line) }
            refuseReload(Array(error.fatal.utf8))
            return
        }
        do throws(SystemError) {
            try watch(next)
        } catch {
            refuseReload(Array("\(error.call): \(error.message)".utf8))
            return
        }
        var replacement = ready.replacement
        replacement.interfaces = next.interfaces
        let outcome = core.reload(replacement, seed: Clock.seed(), now: now, into: &effects)
        guard let outcome else {
            refuseReload(Array("the server is ending".utf8))
            return
        }
        listening = next
        sender.sockets = next.sockets
        log.syslog.facility = ready.logFacility
        adoptOperators(ready, outcome)
        if outcome.needsRewrite {
            journal.rewrite.restart(now: now)
            snapshot = core.leaseFileSnapshot()
        }
        // After the lines of the core.
        effects.log(.info, "reload: the new configuration is in force.")
        reload.service.notify("READY=1")
    }

    /// Watches the sockets that are new, and gives the others their new places.
    private func watch(_ next: Listening) throws(SystemError) {
        for (place, served) in next.sockets.enumerated() {
            let tag = PollTag(.rawSocket, UInt64(place))
            let number = served.socket.descriptor.number
            if listening.sockets.contains(where: { $0.socket === served.socket }) {
                try poller.change(number, tag, readable: true, writable: false)
            } else {
                try poller.add(number, tag)
            }
        }
    }

    private mutating func adoptOperators(_ ready: Reloader.Ready, _ outcome: ReloadOutcome) {
        let configuration = core.configuration
        guard omapi != nil else {
            omapi = OmapiService(configuration, ready.parameters, seed: Clock.seed())
            return
        }
        let goesOn = omapi?.adopt(
            configuration, ready.parameters, after: outcome, &peers, into: &effects)
        if goesOn == false { omapi = nil }
    }
}
