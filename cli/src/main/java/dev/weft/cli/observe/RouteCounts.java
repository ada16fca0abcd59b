package dev.weft.cli.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.TappedRequest;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import dev.weft.daemon.metrics.LatencyBuckets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Counts the requests of a workload by route, since this object was created. The number of routes is bounded, whatever
 * is requested. Safe for use by several threads.
 */
public final class RouteCounts {

    /** The most routes; requests of further routes are counted together. */
    static final int MAX_ROUTES = 200;

    private static final RouteTemplate OTHERS = new RouteTemplate("-", "(others)");
    private static final int SERVER_ERROR = 500;
    private static final double MILLIS = 1000;
    private static final double NANOS_PER_MILLI = 1_000_000;

    @GuardedBy("this")
    private final Map<RouteTemplate, Sums> routes = new HashMap<>();

    private static final class Sums {
        private long count;
        private long allowed;
        private long failed;
        private final List<Long> latency = new ArrayList<>(Collections.nCopies(LatencyBuckets.COUNT, 0L));

        private void add(TappedRequest request) {
            count++;
            if (request.getAllowed()) {
                allowed++;
                failed +=
                        request.getStatus() == 0 || request.getStatus() >= SERVER_ERROR || request.getGrpcStatus() != 0
                                ? 1
                                : 0;
                int bucket = LatencyBuckets.of(TimeUnit.MICROSECONDS.toNanos(request.getLatencyMicros()));
                latency.set(bucket, latency.get(bucket) + 1);
            }
        }

        private Cell success() {
            return Figures.success(allowed == 0 ? null : (double) (allowed - failed) / allowed);
        }

        private Cell refused() {
            long refused = count - allowed;
            return new Cell(Long.toString(refused), refused > 0 ? Style.BAD : Style.PLAIN);
        }

        private String quantile(double share) {
            return allowed == 0
                    ? Figures.NONE
                    : Figures.time(LatencyBuckets.quantile(latency, share).toNanos() / NANOS_PER_MILLI);
        }
    }

    /** Counts a request that has ended. */
    public synchronized void add(TappedRequest request) {
        RouteTemplate route =
                RouteTemplate.of(TapDocument.clean(request.getMethod()), TapDocument.clean(request.getPath()));
        if (!routes.containsKey(route) && routes.size() >= MAX_ROUTES) {
            route = OTHERS;
        }
        routes.computeIfAbsent(route, _ -> new Sums()).add(request);
    }

    /**
     * Returns the busiest routes first.
     *
     * @param since the time over which requests were counted
     * @param most how many routes to show at most
     */
    public synchronized Table table(Duration since, int most) {
        double seconds = Math.max(1, since.toMillis() / MILLIS);
        List<Map.Entry<RouteTemplate, Sums>> busiest = routes.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<RouteTemplate, Sums> route) -> -route.getValue().count)
                        .thenComparing(route -> route.getKey().path()))
                .limit(most)
                .toList();
        return Listing.of(busiest)
                .column("METHOD", route -> route.getKey().method())
                .shrinkable("PATH", route -> Cell.name(route.getKey().path()))
                .numbers("REQUESTS", route -> route.getValue().count)
                .numbers("REQ/S", route -> Figures.rate(route.getValue().count / seconds))
                .numbers("SUCCESS", route -> route.getValue().success())
                .numbers("P50", route -> route.getValue().quantile(0.5))
                .numbers("P95", 1, route -> route.getValue().quantile(0.95))
                .numbers("P99", route -> route.getValue().quantile(0.99))
                .numbers("REFUSED", route -> route.getValue().refused())
                .table();
    }
}
