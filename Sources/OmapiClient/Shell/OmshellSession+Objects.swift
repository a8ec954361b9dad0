import ConfParser
import Omapi
import Wire

// Commands about the object.

extension OmshellSession {
    mutating func newObject(_ run: inout CommandRun) {
        let token = run.reader.next()
        guard token.isWord || token.kind == .string else {
            run.say("usage: new <object-type>")
            return
        }
        guard object == nil else {
            run.refuse("an object is already open.")
            return
        }
        guard isConnected else {
            run.refuse("not connected.")
            return
        }
        object = RemoteObject(type: token.text)
        _ = run.ends("usage: new <object-type>")
    }

    mutating func closeObject(_ run: inout CommandRun) {
        guard run.ends("usage: close") else { return }
        guard isConnected else {
            run.refuse("not connected.")
            return
        }
        guard object != nil else {
            run.refuse("not open.")
            return
        }
        object = nil
    }

    // MARK: - Values

    /// The name of a value, when there is an object that can have it.
    private func valueName(_ run: inout CommandRun, usage: StaticString) -> [UInt8]? {
        let token = run.reader.next()
        guard token.isWord || token.kind == .string else {
            run.refuse(usage)
            return nil
        }
        guard object != nil else {
            run.refuse("no open object.")
            return nil
        }
        guard isConnected else {
            run.refuse("not connected.")
            return nil
        }
        return token.text
    }

    mutating func setValue(_ run: inout CommandRun) {
        let usage: StaticString = "usage: set <name> = <value>"
        guard let name = valueName(&run, usage: usage) else { return }
        guard run.reader.next().kind == .equal else {
            run.refuse(usage)
            return
        }
        let first = run.reader.next()
        // The token behind the value, or the one that is none.
        var last = first
        switch first.kind {
        case .string:
            object?.set(name, .text(first.text))
            last = run.reader.next()
        case .number:
            last = run.reader.peek()
            if last.kind == .colon {
                setOctets(name, first, &last, &run)
            } else if last.kind == .dot {
                setDotted(name, first, &last, &run)
            } else {
                object?.set(name, .integer(run.reader.decimal(first.text)))
                last = run.reader.next()
            }
        case .numberOrName:
            setOctets(name, first, &last, &run)
        default:
            run.refuse("invalid value.")
        }
        if last.kind != .end { run.refuse(usage) }
    }

    /// Octets in hexadecimal with colons.
    private mutating func setOctets(
        _ name: [UInt8], _ first: CommandToken, _ last: inout CommandToken, _ run: inout CommandRun
    ) {
        var bytes: [UInt8] = []
        var token = first
        repeat {
            bytes.append(run.reader.hexOctet(token.text))
            token = run.reader.next()
            guard token.kind == .colon else { break }
            token = run.reader.next()
        } while token.kind == .number || token.kind == .numberOrName
        object?.set(name, .data(bytes))
        last = token
    }

    /// Octets in decimal with dots; a further dot stands for a zero (ISC).
    private mutating func setDotted(
        _ name: [UInt8], _ first: CommandToken, _ last: inout CommandToken, _ run: inout CommandRun
    ) {
        var bytes: [UInt8] = []
        var token = first
        repeat {
            let value = run.reader.decimal(token.text)
            if value > 255 {
                run.reader.complain(.dottedOctetTooLarge, token.text)
                run.reader.skip()
                return
            }
            bytes.append(UInt8(truncatingIfNeeded: value))
            token = run.reader.next()
            last = token
            guard token.kind == .dot else { break }
            token = run.reader.next()
            while token.kind == .dot {
                bytes.append(0)
                token = run.reader.next()
            }
            last = token
        } while token.kind == .number
        object?.set(name, .data(bytes))
    }

    mutating func unsetValue(_ run: inout CommandRun) {
        let usage: StaticString = "usage: unset <name>"
        guard let name = valueName(&run, usage: usage), run.ends(usage) else { return }
        object?.set(name, nil)
    }

    // MARK: - Requests

    mutating func openObject(
        _ run: inout CommandRun, creates: Bool, _ effects: inout [Effect]
    ) {
        guard run.ends("usage: ", showsToken: true) else { return }
        guard isConnected else {
            run.refuse("not connected.")
            return
        }
        guard let object else {
            run.refuse("you must make a new object first!")
            return
        }
        var message = OmapiMessage(.open, id: 0)
        if creates {
            message.messageValues = [
                OmapiValue("create", integer: 1), OmapiValue("exclusive", integer: 1),
            ]
        }
        message.messageValues.append(OmapiValue("type", object.type))
        message.objectValues = object.changes
        send(message, .open, &effects)
    }

    mutating func updateObject(_ run: inout CommandRun, _ effects: inout [Effect]) {
        guard run.ends("usage: ", showsToken: true) else { return }
        guard isConnected else {
            run.refuse("not connected.")
            return
        }
        guard let object else {
            run.refuse("you haven't opened an object yet!")
            return
        }
        var message = OmapiMessage(.update, handle: object.handle, id: 0)
        message.objectValues = object.changes
        send(message, .update, &effects)
    }

    /// What `remove` and `refresh` want: a connection and an object.
    private func handleOfObject(_ run: inout CommandRun, usage: StaticString) -> UInt32? {
        guard run.ends(usage) else { return nil }
        guard isConnected else {
            run.say("not connected.")
            return nil
        }
        guard let object else {
            run.say("no object.")
            return nil
        }
        return object.handle
    }

    mutating func removeObject(_ run: inout CommandRun, _ effects: inout [Effect]) {
        guard let handle = handleOfObject(&run, usage: "usage: remove") else { return }
        send(OmapiMessage(.delete, handle: handle, id: 0), .remove, &effects)
    }

    mutating func refreshObject(_ run: inout CommandRun, _ effects: inout [Effect]) {
        guard let handle = handleOfObject(&run, usage: "usage: refresh") else { return }
        send(OmapiMessage(.refresh, handle: handle, id: 0), .refresh, &effects)
    }
}
