package dev.weft.local.launch;

import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.Network;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Chooses the network of a mesh. Two meshes that start at the same time may record the same number. Each checks again
 * after recording it, so at least one of them sees the other and chooses another number.
 */
final class NetworkChoice {

    private final StateDirectories directories;
    private final Random random = new Random();

    NetworkChoice(StateDirectories directories) {
        this.directories = directories;
    }

    /** Returns the requested number, or the first number that no other mesh has. */
    int of(UpOptions options) throws IOException {
        Set<Integer> taken = taken(options.name().value());
        if (options.network().isEmpty()) {
            return Network.firstFree(taken).orElseThrow(NetworkChoice::noneLeft);
        }
        refuseTaken(options.network().getAsInt(), options.name().value());
        return options.network().getAsInt();
    }

    /** Makes sure that no other mesh has the recorded number, and otherwise records another one. */
    MeshRecord settle(UpOptions options, MeshRecord written) throws IOException {
        MeshRecord record = written;
        while (taken(record.name()).contains(record.network())) {
            if (options.network().isPresent()) {
                refuseTaken(record.network(), record.name());
            }
            record = record.inNetwork(anyFree(taken(record.name())));
            StateFiles.writeJson(directories.of(options.name()).record(), record);
        }
        return record;
    }

    private int anyFree(Set<Integer> taken) throws MeshStartException {
        List<Integer> free = IntStream.rangeClosed(0, Network.MAX_NUMBER)
                .filter(number -> !taken.contains(number))
                .boxed()
                .toList();
        if (free.isEmpty()) {
            throw noneLeft();
        }
        return free.get(random.nextInt(free.size()));
    }

    private void refuseTaken(int number, String name) throws IOException {
        List<MeshHandle> owners = others(name).stream()
                .filter(mesh -> mesh.record().network() == number)
                .toList();
        if (!owners.isEmpty()) {
            OptionalInt free = Network.firstFree(taken(name));
            throw new MeshStartException(
                    "network %d is taken by mesh %s"
                            .formatted(number, owners.getFirst().name()),
                    free.isPresent() ? List.of("the first free one is --network " + free.getAsInt()) : List.of());
        }
    }

    private Set<Integer> taken(String except) throws IOException {
        return others(except).stream()
                .map(mesh -> mesh.record().network())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<MeshHandle> others(String except) throws IOException {
        return new Meshes(directories)
                .list().stream()
                        .filter(mesh -> mesh.alive() && !mesh.name().value().equals(except))
                        .toList();
    }

    private static MeshStartException noneLeft() {
        return new MeshStartException(
                "no network is left: %d meshes are up".formatted(Network.MAX_NUMBER + 1),
                List.of("take one down with `weft down --mesh MESH`"));
    }
}
