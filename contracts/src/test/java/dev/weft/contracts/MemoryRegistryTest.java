package dev.weft.contracts;

import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Registry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

final class MemoryRegistryTest extends RegistryContract {

    @Override
    protected Subject open(List<Revocation> there) {
        MemoryRegistry registry = new MemoryRegistry();
        Memory memory = new Memory(registry);
        there.forEach(memory::put);
        return memory;
    }

    private record Memory(MemoryRegistry memory) implements Subject {
        @Override
        public Registry registry() {
            return memory;
        }

        @Override
        public OperatorObjects operators() {
            return memory;
        }

        @Override
        public void put(Revocation revocation) {
            Map<String, Revocation> next = new TreeMap<>(memory.said().revocations());
            next.put(revocation.name(), revocation);
            memory.say(memory.said().withRevocations(next));
        }

        @Override
        public void remove(String name) {
            Map<String, Revocation> next = new TreeMap<>(memory.said().revocations());
            next.remove(name);
            memory.say(memory.said().withRevocations(next));
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
