package dev.weft.contracts;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.route.Timeouts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

        /** It reads no JSON: what matters of the text is the weight. */
        @Override
        public void putRoute(RouteName name, String json) {
            Matcher weight = Pattern.compile("\"weight\":([0-9]+)").matcher(json);
            int said = weight.find() ? Integer.parseInt(weight.group(1)) : 1;
            Backend backend = new Backend(Backend.SERVICE, new ObjectName("shop", "api"), 80, said, HeadChanges.NONE);
            Rule rule = new Rule(
                    null,
                    List.of(new Match(new Match.PathMatch.Any(), null, List.of(), List.of())),
                    List.of(backend),
                    HeadChanges.NONE,
                    Optional.empty(),
                    List.of(),
                    Timeouts.NONE,
                    Optional.empty());
            Map<RouteName, Route> next = new TreeMap<>(memory.said().routes());
            next.put(name, new Route(name, Optional.empty(), List.of(), List.of(), List.of(rule)));
            memory.say(memory.said().withRoutes(next));
        }

        @Override
        public void removeRoute(RouteName name) {
            Map<RouteName, Route> next = new TreeMap<>(memory.said().routes());
            next.remove(name);
            memory.say(memory.said().withRoutes(next));
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
