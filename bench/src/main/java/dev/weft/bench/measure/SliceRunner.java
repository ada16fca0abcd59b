package dev.weft.bench.measure;

import dev.weft.bench.lab.Pause;
import dev.weft.bench.load.Http2Load;
import dev.weft.bench.load.LoadAgent;
import dev.weft.bench.load.LoadCommand;
import dev.weft.bench.load.LoadFailedException;
import dev.weft.bench.load.LoadResult;
import dev.weft.bench.pairs.ProxyPair;
import dev.weft.bench.proc.CpuSnapshot;
import dev.weft.bench.proc.ProcFiles;
import dev.weft.bench.settings.BenchSettings;
import dev.weft.bench.settings.Workload;
import java.nio.file.Path;
import java.time.Duration;

/** Measures one slice: opens connections, reads the CPU times, runs the load, reads the CPU times again. */
public final class SliceRunner {
    /** Pause for the proxies to finish work after the last answer, before their CPU time is read. */
    private static final int SETTLE_MILLIS = 50;

    private static final String SMALL = "/1k";
    private static final int SMALL_BYTES = 1_024;

    private final ProcFiles proc = new ProcFiles(Path.of("/proc"));
    private final BenchSettings settings;
    private final Progress progress;

    /** Creates a runner with these settings. */
    public SliceRunner(BenchSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Measures one pair with one workload for this time. Bulk takes as long as its download. */
    public Slice run(ProxyPair pair, Workload workload, Duration time) {
        try {
            open(pair, workload);
            CpuSnapshot before = CpuSnapshot.take(proc, pair.processes());
            LoadResult result = load(pair, workload, time);
            Pause.millis(SETTLE_MILLIS);
            CpuSnapshot after = CpuSnapshot.take(proc, pair.processes());
            if (result.errors() > 0) {
                progress.note(pair.name() + ", " + workload.title() + ": " + result.errors() + " errors");
            }
            return new Slice(
                    pair.name(),
                    workload,
                    after.secondsSince(before),
                    after.proxySecondsSince(before),
                    after.foreignCoresSince(before),
                    result);
        } catch (LoadFailedException e) {
            progress.note(pair.name() + ", " + workload.title() + ": " + e.getMessage());
            return new Slice(pair.name(), workload, 0, 0, 0, new LoadResult(0, 0, 0, 1, 0, 0));
        } finally {
            pair.load().run(new LoadCommand.Close());
        }
    }

    /** Opens connections that stay idle. */
    public static void openIdle(ProxyPair pair, int connections) {
        ProxyPair.Target target = pair.target();
        LoadResult result = pair.load().run(new LoadCommand.Open(target.host(), target.port(), connections, SMALL));
        if (result.errors() > 0) {
            throw new IllegalStateException(pair.name() + ": " + result.errors() + " of " + connections
                    + " idle connections failed (expected: none)");
        }
    }

    private static void open(ProxyPair pair, Workload workload) {
        int connections = switch (workload) {
            case KEEP_ALIVE, FIXED_RATE, MEDIUM -> BenchSettings.CONNECTIONS;
            case BULK -> 1;
            case CONNECTIONS, HTTP2, GRPC -> 0;
        };
        if (connections > 0) {
            ProxyPair.Target target = pair.target();
            LoadAgent load = pair.load();
            String path = workload == Workload.MEDIUM ? "/64k" : SMALL;
            load.run(new LoadCommand.Open(target.host(), target.port(), connections, path));
        }
    }

    private LoadResult load(ProxyPair pair, Workload workload, Duration time) {
        Path folder = settings.folder().toAbsolutePath();
        return switch (workload) {
            case HTTP2 -> load(pair, Http2Load.get(SMALL, SMALL_BYTES), time, folder);
            case GRPC -> load(pair, Http2Load.call(ProxyPair.GRPC_METHOD, folder), time, folder);
            case KEEP_ALIVE, FIXED_RATE, MEDIUM, BULK, CONNECTIONS ->
                pair.load().run(command(pair.target(), workload, time));
        };
    }

    private static LoadResult load(ProxyPair pair, Http2Load load, Duration time, Path folder) {
        ProxyPair.Target target = pair.http2Target().orElseThrow();
        return load.run(pair::besideClient, target.host(), target.port(), time, folder);
    }

    private LoadCommand command(ProxyPair.Target target, Workload workload, Duration time) {
        return switch (workload) {
            case KEEP_ALIVE, MEDIUM -> new LoadCommand.Saturate(time);
            case FIXED_RATE -> new LoadCommand.Rate(settings.rate(), time);
            case BULK -> new LoadCommand.Download("/bulk");
            case CONNECTIONS ->
                new LoadCommand.Connect(target.host(), target.port(), BenchSettings.PARALLEL_CONNECTIONS, SMALL, time);
            case HTTP2, GRPC -> throw new IllegalArgumentException(workload + " (expected: a workload of HTTP/1.1)");
        };
    }
}
