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
 * The admin pages by path.
 *
 * @param pages creates the page for each request
 * @param large paths of pages that take long to create; they are created on another thread than the event loop, one at
 *     a time
 * @param open paths of pages that any client of the TCP address may read; the others are for operators only
 */
public record AdminPages(Map<String, Supplier<Page>> pages, Set<String> large, Set<String> open) {
    /** An HTTP response. */
    public record Page(int status, String type, String body) {
        /** Returns a page with JSON. */
        public static Page json(String body) {
            return new Page(200, "application/json", body + "\n");
        }

        /** Returns a page with metrics in the format of {@link dev.weft.daemon.metrics.Metrics#text()}. */
        public static Page metrics(String text) {
            return new Page(200, MetricsFormat.PROMETHEUS.contentType(), text);
        }

        /** Returns metrics in the format that the client prefers, and any other page unchanged. */
        Page negotiated(String accept) {
            if (!type.equals(MetricsFormat.PROMETHEUS.contentType())) {
                return this;
            }
            MetricsFormat format = MetricsFormat.accepted(accept);
            return new Page(status, format.contentType(), format.of(body));
        }

        /** Returns status 200 if there are no reasons, otherwise 503 with one reason on each line. */
        public static Page health(List<String> reasons) {
            return reasons.isEmpty() ? text(true, "ok") : text(false, String.join("\n", reasons));
        }

        /** Returns a text with status 200 if {@code good}, otherwise 503. */
        public static Page text(boolean good, String body) {
            return text(good ? 200 : 503, body);
        }

        static Page text(int status, String body) {
            return new Page(status, "text/plain; charset=utf-8", body + "\n");
        }
    }

    private static final Page OPERATORS =
            Page.text(403, "for the operator: this page is on the admin socket of this process only");

    public AdminPages {
        pages = Map.copyOf(pages);
        large = Set.copyOf(large);
        open = Set.copyOf(open);
    }

    /**
     * Returns the pages for the TCP address, which any process of the workload can reach. Pages for operators answer
     * 403 there.
     */
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
