import ConfParser

extension ConfigurationCompiler {
    mutating func declare(_ declaration: ClassDeclaration, at place: Place) {
        let number: Int
        if let known = configuration.classesByName[declaration.name] {
            number = Int(known.index)
        } else {
            let scope = addScope([], parent: place.scope, isAuthoritative: false)
            number = addClass(ClassRow(text: code.intern(declaration.name), scope: scope))
            configuration.classesByName[declaration.name] = ClassID(UInt32(number))
            configuration.classOrder.append(ClassID(UInt32(number)))
        }
        if let condition = declaration.matchIf {
            configuration.classes[number].matchIf = code.expression(condition)
        }
        if let data = declaration.submatch {
            configuration.classes[number].submatch = code.expression(data)
            configuration.classes[number].isSpawning = declaration.isSpawning
        }
        if let limit = declaration.leaseLimit {
            configuration.classes[number].leaseLimit = limit
            if limit != 0 { configuration.hasBillingClasses = true }
        }
        add(declaration.scope, to: number)
        guard declaration.flags.contains(.isDeleted) else { return }
        // ISC: the next class of the name is another one.
        configuration.classesByName[declaration.name] = nil
        configuration.classOrder.removeAll { $0.index == UInt32(number) }
    }

    mutating func declare(_ declaration: SubclassDeclaration) {
        guard let parent = classNamed(declaration.className) else { return }
        let number = subclass(of: parent, declaration.data[...])
        if let limit = declaration.leaseLimit {
            configuration.classes[number].leaseLimit = limit
            if limit != 0 { configuration.hasBillingClasses = true }
        }
        add(declaration.scope, to: number)
    }

    mutating func declare(_ list: SubclassList) {
        guard let parent = classNamed(list.className) else { return }
        reserve(subclasses: list.count)
        for index in 0..<list.count { _ = subclass(of: parent, list.data(at: index)) }
    }

    private func classNamed(_ name: [UInt8]) -> ClassID? { configuration.classesByName[name] }

    /// The subclass with these data, made if there is none.
    private mutating func subclass(of parent: ClassID, _ data: ArraySlice<UInt8>) -> Int {
        let hash = hashBytes(data, seed: UInt64(parent.index))
        let known = configuration.subclassIndex.table.find(hash) {
            configuration.classes[Int($0)].parent == parent
                && code.program.text(configuration.classes[Int($0)].text).elementsEqual(data)
        }
        if let known { return Int(known) }
        let outer = Int(parent.index)
        var row = ClassRow(text: code.intern(data), scope: configuration.classes[outer].scope)
        row.parent = parent
        row.leaseLimit = configuration.classes[outer].leaseLimit
        let number = addClass(row)
        if !configuration.classes[outer].hasSubclasses {
            configuration.classes[outer].hasSubclasses = true
        }
        configuration.subclassIndex.table.insert(UInt32(number), hash: hash)
        return number
    }

    private mutating func addClass(_ row: consuming ClassRow) -> Int {
        configuration.classes.append(row)
        return configuration.classes.count - 1
    }

    private mutating func add(_ scope: Scope, to number: Int) {
        guard !scope.statements.isEmpty || !scope.declarations.isEmpty else { return }
        let row = configuration.classes[number]
        if let parent = row.parent, configuration[parent].scope == row.scope {
            configuration.classes[number].scope = addScope(
                [], parent: row.scope, isAuthoritative: false)
        }
        if !scope.statements.isEmpty { classStatements[number, default: []] += scope.statements }
        declare(
            scope.declarations,
            at: Place(scope: configuration.classes[number].scope, network: nil, pool: nil))
    }

    mutating func finishClasses() {
        for (number, statements) in classStatements.sorted(by: { $0.key < $1.key }) {
            let block = code.block(statements)
            let scope = Int(configuration.classes[number].scope.index)
            configuration.scopes[scope].statements = block
            configuration.scopes[scope].onlySetsOptions = code.program.onlySetsOptions(block)
        }
    }
}
