package dev.weft.proxy.observe;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The admin endpoints by path.
 *
 * @param pages made anew for each request
 * @param large those that take a while to make, and so are made beside the event loop, one at a time
 */
public record AdminPages(Map<String, Supplier<Page>> pages, Set<String> large) {
    /** An answer. */
    public record Page(int status, String type, String body) {
        /** JSON. */
        public static Page json(String body) {
            return new Page(200, "application/json", body + "\n");
        }

        /** Text; 200 if {@code good}, else 503. */
        public static Page text(boolean good, String body) {
            return new Page(good ? 200 : 503, "text/plain; charset=utf-8", body + "\n");
        }
    }

    public AdminPages {
        pages = Map.copyOf(pages);
        large = Set.copyOf(large);
    }

    Optional<Page> find(String target) {
        Supplier<Page> page = pages.get(path(target));
        return page == null ? Optional.empty() : Optional.of(page.get());
    }

    boolean isLarge(String target) {
        return large.contains(path(target));
    }

    private static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
