import ConfParser

extension ConfigurationCompiler {
    mutating func declare(_ declaration: ClassDeclaration, at place: Place) {
        let number: Int
        if let known = configuration.classesByName[declaration.name] {
            number = Int(known.index)
        } else {
            let scope = addScope([], parent: place.scope, isAuthoritative: false)
            number = addClass(ClassRow(name: declaration.name, data: .empty, scope: scope))
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
    }

    mutating func declare(_ declaration: SubclassDeclaration) {
        guard let parent = configuration.classesByName[declaration.className] else { return }
        let number =
            subclass(of: parent, data: declaration.data) ?? addSubclass(declaration, of: parent)
        if let limit = declaration.leaseLimit {
            configuration.classes[number].leaseLimit = limit
            if limit != 0 { configuration.hasBillingClasses = true }
        }
        add(declaration.scope, to: number)
    }

    private func subclass(of parent: ClassID, data: [UInt8]) -> Int? {
        let hash = hashBytes(data, seed: UInt64(parent.index))
        return configuration.subclassIndex.table.find(hash) {
            let row = configuration.classes[Int($0)]
            return row.parent == parent && code.program.text(row.data).elementsEqual(data)
        }.map(Int.init)
    }

    private mutating func addSubclass(
        _ declaration: SubclassDeclaration, of parent: ClassID
    ) -> Int {
        let outer = configuration.classes[Int(parent.index)]
        var row = ClassRow(
            name: outer.name, data: code.intern(declaration.data), scope: outer.scope)
        row.parent = parent
        row.leaseLimit = outer.leaseLimit
        let number = addClass(row)
        configuration.classes[Int(parent.index)].hasSubclasses = true
        index(number)
        return number
    }

    /// The copies of the arrays end with this function, before anything is changed again.
    private mutating func index(_ number: Int) {
        let classes = configuration.classes
        let program = code.program
        func hash(_ index: UInt32) -> UInt64 {
            let row = classes[Int(index)]
            return hashBytes(program.text(row.data), seed: UInt64(row.parent?.index ?? 0))
        }
        let row = UInt32(number)
        configuration.subclassIndex.table.insert(row, hash: hash(row), rehash: hash)
    }

    private mutating func addClass(_ row: ClassRow) -> Int {
        configuration.classes.append(row)
        classStatements.append([])
        return configuration.classes.count - 1
    }

    private mutating func add(_ scope: Scope, to number: Int) {
        guard !scope.statements.isEmpty || !scope.declarations.isEmpty else { return }
        let row = configuration.classes[number]
        if let parent = row.parent, configuration[parent].scope == row.scope {
            configuration.classes[number].scope = addScope(
                [], parent: row.scope, isAuthoritative: false)
        }
        classStatements[number] += scope.statements
        declare(
            scope.declarations,
            at: Place(scope: configuration.classes[number].scope, network: nil, pool: nil))
    }

    mutating func finishClasses() {
        for number in configuration.classes.indices where !classStatements[number].isEmpty {
            let block = code.block(classStatements[number])
            let scope = Int(configuration.classes[number].scope.index)
            configuration.scopes[scope].statements = block
            configuration.scopes[scope].onlySetsOptions = code.program.onlySetsOptions(block)
        }
    }
}
