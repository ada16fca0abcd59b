package dev.weft.bench.pairs;

import dev.weft.bench.lab.Pause;
import dev.weft.bench.load.LoadCommand;
import dev.weft.bench.load.LoadFailedException;
import java.util.function.Supplier;

/** The first request through a pair that was just started. */
final class FirstRequest {
    private static final int ATTEMPTS = 100;
    private static final int PAUSE_MILLIS = 50;

    private FirstRequest() {}

    /**
     * Returns when a request passes.
     *
     * @param logs returns the logs of the proxies, for the error message
     * @throws IllegalStateException if no request passes in time
     */
    static void await(ProxyPair pair, Supplier<String> logs) {
        ProxyPair.Target target = pair.target();
        LoadCommand open = new LoadCommand.Open(target.host(), target.port(), 1, "/1k");
        String problem = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                long errors = pair.load().run(open).errors();
                pair.load().run(new LoadCommand.Close());
                if (errors == 0) {
                    return;
                }
            } catch (LoadFailedException e) {
                problem = String.valueOf(e.getMessage());
            }
            Pause.millis(PAUSE_MILLIS);
        }
        throw new IllegalStateException("%s: no request gets through (expected: within %d ms): %s%n%s"
                .formatted(pair.name(), ATTEMPTS * PAUSE_MILLIS, problem, logs.get()));
    }
}
