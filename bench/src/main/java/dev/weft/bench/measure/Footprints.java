package dev.weft.bench.measure;

import dev.weft.bench.lab.Pause;
import dev.weft.bench.load.LoadCommand;
import dev.weft.bench.pairs.ProxyPair;
import dev.weft.bench.proc.Memory;
import dev.weft.bench.proc.ProcFiles;
import dev.weft.bench.proc.ProcessStat;
import dev.weft.bench.settings.BenchSettings;
import java.nio.file.Path;
import java.util.List;

/** Measures the memory of pairs. */
public final class Footprints {
    private static final int SETTLE_MILLIS = 2_000;
    /** A JVM's compilers give back the memory of the start only after some seconds. */
    private static final int START_MILLIS = 8_000;

    private final ProcFiles proc = new ProcFiles(Path.of("/proc"));

    /** Measures a pair in its present state. */
    public MemoryFigure now(ProxyPair pair, MemoryFigure.State state) {
        List<ProcessStat> processes = proc.processes();
        List<Memory> sides = pair.processes().stream()
                .map(root -> ProcFiles.tree(List.of(root), processes))
                .map(tree -> Memory.sum(tree.stream().map(proc::memory).toList()))
                .toList();
        return new MemoryFigure(pair.name(), state, sides.getFirst(), sides.getLast());
    }

    /** Measures a fresh pair: idle, then with idle connections. */
    public List<MemoryFigure> fresh(ProxyPair pair) {
        pair.restart();
        Pause.millis(START_MILLIS);
        MemoryFigure idle = now(pair, MemoryFigure.State.IDLE);
        SliceRunner.openIdle(pair, BenchSettings.IDLE_CONNECTIONS);
        Pause.millis(SETTLE_MILLIS);
        MemoryFigure connected = now(pair, MemoryFigure.State.CONNECTIONS);
        pair.load().run(new LoadCommand.Close());
        return List.of(idle, connected);
    }
}
