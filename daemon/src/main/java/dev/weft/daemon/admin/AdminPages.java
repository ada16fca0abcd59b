package dev.weft.daemon.admin;

import dev.weft.daemon.http.RequestHead;
import dev.weft.daemon.metrics.MetricsFormat;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The admin endpoints by path.
 *
 * @param pages made again for each request
 * @param large those that take a while to make, and so are made beside the event loop, one at a time
 * @param open the pages that anyone who reaches the TCP address may read; the others are the operator's
 */
public record AdminPages(Map<String, Supplier<Page>> pages, Set<String> large, Set<String> open) {
    /** An answer. */
    public record Page(int status, String type, String body) {
        /** JSON. */
        public static Page json(String body) {
            return new Page(200, "application/json", body + "\n");
        }

        /** Metrics, by {@link dev.weft.daemon.metrics.Metrics#text()}. */
        public static Page metrics(String text) {
            return new Page(200, MetricsFormat.PROMETHEUS.contentType(), text);
        }

        /** Metrics in the format that the client prefers; any other page as it is. */
        Page negotiated(String accept) {
            if (!type.equals(MetricsFormat.PROMETHEUS.contentType())) {
                return this;
            }
            MetricsFormat format = MetricsFormat.accepted(accept);
            return new Page(status, format.contentType(), format.of(body));
        }

        /** 200 without reasons, else 503 with them, a line each. */
        public static Page health(List<String> reasons) {
            return reasons.isEmpty() ? text(true, "ok") : text(false, String.join("\n", reasons));
        }

        /** Text; 200 if {@code good}, else 503. */
        public static Page text(boolean good, String body) {
            return new Page(good ? 200 : 503, "text/plain; charset=utf-8", body + "\n");
        }
    }

    private static final Page OPERATORS = new Page(
            403,
            "text/plain; charset=utf-8",
            "for the operator: this page is on the admin socket of this process only\n");

    public AdminPages {
        pages = Map.copyOf(pages);
        large = Set.copyOf(large);
        open = Set.copyOf(open);
    }

    /** What is served where anyone of the workload can ask: a page of the operator's says so, and nothing else. */
    AdminPages forAnyone() {
        Map<String, Supplier<Page>> served = new HashMap<>();
        pages.forEach((path, page) -> served.put(path, open.contains(path) ? page : () -> OPERATORS));
        Set<String> openAndLarge = new HashSet<>(large);
        openAndLarge.retainAll(open);
        return new AdminPages(served, openAndLarge, open);
    }

    Optional<Page> find(String target) {
        Supplier<Page> page = pages.get(RequestHead.path(target));
        return page == null ? Optional.empty() : Optional.of(page.get());
    }

    boolean isLarge(String target) {
        return large.contains(RequestHead.path(target));
    }
}
