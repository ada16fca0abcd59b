package dev.weft.local.supervisor;

import dev.weft.control.peering.PeerStore;
import dev.weft.local.state.MeshState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The meshes that are linked with this one: the names that the control plane has learned from them. Removes the remains
 * of a link whose interface is gone, for example after the other mesh has stopped. Used by one thread.
 */
final class LinkedMeshes {

    private static final String SUFFIX = ".yaml";

    private final MeshState state;
    private final PeerStore store;
    private final Events events;
    private List<PeerStore.Names> names = List.of();
    private List<String> seen = List.of();

    LinkedMeshes(MeshState state, Events events) {
        this.state = state;
        this.store = new PeerStore(state.control());
        this.events = events;
    }

    List<PeerStore.Names> names() {
        return names;
    }

    /** Reads the links and the names again. Returns whether the names may have changed. */
    boolean refresh() throws IOException {
        removeEnded(interfaces(Files.readAllLines(Path.of("/proc/net/dev"))));
        List<String> now = store.stamps();
        if (now.equals(seen)) {
            return false;
        }
        names = store.names();
        seen = now; // only now: a failed reading must be tried again
        names.stream()
                .filter(one -> one.leftOut() > 0)
                .forEach(one ->
                        events.say("%d names of %s have no place in the hosts files (expected: at most %d of a mesh)"
                                .formatted(one.leftOut(), one.trustDomain(), PeerStore.MAX_NAMES)));
        return true;
    }

    /** Removes the objects of links whose interface is not in this set. */
    void removeEnded(Set<String> interfaces) throws IOException {
        if (!Files.isDirectory(state.links())) {
            return;
        }
        try (Stream<Path> files = Files.list(state.links())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                String link = name.replace(SUFFIX, "");
                if (name.endsWith(SUFFIX) && !interfaces.contains(link)) {
                    Files.deleteIfExists(file);
                    events.say("the link " + link + " to another mesh ended");
                }
            }
        }
    }

    /** Returns the interface names in the text of {@code /proc/net/dev}, which follow two header lines. */
    static Set<String> interfaces(List<String> lines) {
        return lines.stream().skip(2).map(line -> line.strip().split(":", 2)[0]).collect(Collectors.toSet());
    }
}
