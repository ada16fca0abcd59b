package dev.weft.local.state;

import java.time.Instant;
import java.util.Optional;

/**
 * Who runs a mesh, as {@code mesh.json} says.
 *
 * @param name name of the mesh
 * @param file the file it was brought up from, absolute
 * @param trustDomain its trust domain
 * @param network number of its {@link Network}
 * @param detached whether it outlives the command that brought it up
 * @param startedAt when it was brought up
 * @param launcher the command that brought it up
 * @param keeper the process whose end ends the mesh; absent while it is not started yet
 */
public record MeshRecord(
        String name,
        String file,
        String trustDomain,
        int network,
        boolean detached,
        Instant startedAt,
        ProcessRef launcher,
        Optional<ProcessRef> keeper) {

    /** Whether a process still keeps the mesh: its keeper, or before that the command that starts it. */
    public boolean alive() {
        return keeper.map(ProcessRef::alive).orElseGet(launcher::alive);
    }

    /** As above, with its keeper. */
    public MeshRecord keptBy(ProcessRef process) {
        return new MeshRecord(name, file, trustDomain, network, detached, startedAt, launcher, Optional.of(process));
    }

    /** As above, in another network. */
    public MeshRecord inNetwork(int number) {
        return new MeshRecord(name, file, trustDomain, number, detached, startedAt, launcher, keeper);
    }
}
