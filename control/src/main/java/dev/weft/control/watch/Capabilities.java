package dev.weft.control.watch;

import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What proxies say that they can do, in their Hello. */
public final class Capabilities {

    /** It judges requests by policies with {@code to}. A proxy that cannot closes the ports of such a policy. */
    public static final String REQUEST_RULES = "request-rules";

    /** It keeps rate limits. A proxy that does not is not told of them. */
    public static final String RATE_LIMITS = "rate-limits";

    /** It governs what its workload calls outside of the mesh. A proxy that cannot refuses all that it is told of such a workload. */
    public static final String EGRESS_RULES = "egress-rules";

    /** It obeys the routes of a destination. A proxy that does not is told destinations without routes, and balances over the endpoints. */
    public static final String ROUTES = "routes";

    /** It keeps limits on requests at the same time. A proxy that does not is not told of them. */
    public static final String REQUESTS_AT_ONCE = "requests-at-once";

    /** It knows of its own zone, and prefers endpoints there. A proxy that does not takes endpoints of all zones alike. */
    public static final String ZONES = "zones";

    /** Most words of one proxy. */
    static final int MAX_WORDS = 64;

    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    private Capabilities() {}

    /** What is kept of what a proxy says: words, and not too many. */
    static Set<String> read(Collection<String> said) {
        return said.stream()
                .filter(word -> WORD.matcher(word).matches())
                .limit(MAX_WORDS)
                .collect(Collectors.toUnmodifiableSet());
    }
}
