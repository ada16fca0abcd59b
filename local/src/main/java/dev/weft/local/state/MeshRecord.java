package dev.weft.local.state;

import java.time.Instant;
import java.util.Optional;

/**
 * The processes and settings of a mesh, as stored in {@code mesh.json}.
 *
 * @param name name of the mesh
 * @param file absolute path of the file from which it was started
 * @param network number of its {@link Network}
 * @param detached whether it outlives the command that started it
 * @param startedAt time of its start
 * @param launcher the command that started it
 * @param keeper the process whose end ends the mesh; empty until it is started
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

    /** Returns a copy with this keeper. */
    public MeshRecord keptBy(ProcessRef process) {
        return new MeshRecord(name, file, trustDomain, network, detached, startedAt, launcher, Optional.of(process));
    }

    /** Returns a copy with another network number. */
    public MeshRecord inNetwork(int number) {
        return new MeshRecord(name, file, trustDomain, number, detached, startedAt, launcher, keeper);
    }
}
