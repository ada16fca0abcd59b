package dev.weft.control.watch;

import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The capabilities that proxies report in their Hello. */
public final class Capabilities {

    /** The proxy judges requests by policies with {@code to}. A proxy that cannot closes the ports of such a policy. */
    public static final String REQUEST_RULES = "request-rules";

    /** The proxy enforces rate limits. They are not sent to a proxy that does not. */
    public static final String RATE_LIMITS = "rate-limits";

    /**
     * The proxy governs its workload's calls to outside the mesh. A proxy that cannot refuses the whole configuration
     * of such a workload.
     */
    public static final String EGRESS_RULES = "egress-rules";

    /**
     * The proxy obeys the routes of a destination. A proxy that does not gets destinations without routes, and balances
     * over the endpoints.
     */
    public static final String ROUTES = "routes";

    /** The proxy enforces limits on concurrent requests. They are not sent to a proxy that does not. */
    public static final String REQUESTS_AT_ONCE = "requests-at-once";

    /**
     * The proxy knows its own zone, and prefers endpoints there. A proxy that does not treats endpoints of all zones
     * alike.
     */
    public static final String ZONES = "zones";

    /**
     * The proxy lets gRPC probes of the platform through. For a proxy that does not, such a probe is the opening of a
     * connection.
     */
    public static final String GRPC_PROBES = "grpc-probes";

    /**
     * The proxy reads requests where HTTP is declared on a port of its workload. A proxy that does not reads them only
     * where policies are about requests.
     */
    public static final String HTTP_PORTS = "http-ports";

    /** Most words of one proxy. */
    static final int MAX_WORDS = 64;

    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    private Capabilities() {}

    /** Returns the part of a proxy's report that is kept: well-formed words, up to the limit. */
    static Set<String> read(Collection<String> said) {
        return said.stream()
                .filter(word -> WORD.matcher(word).matches())
                .limit(MAX_WORDS)
                .collect(Collectors.toUnmodifiableSet());
    }
}
