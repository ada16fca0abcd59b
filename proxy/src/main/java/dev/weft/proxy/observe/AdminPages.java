package dev.weft.proxy.observe;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The admin endpoints by path.
 *
 * @param pages made anew for each request
 */
public record AdminPages(Map<String, Supplier<Page>> pages) {
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
    }

    Optional<Page> find(String target) {
        int query = target.indexOf('?');
        Supplier<Page> page = pages.get(query < 0 ? target : target.substring(0, query));
        return page == null ? Optional.empty() : Optional.of(page.get());
    }
}
