package dev.weft.proxy.route;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.policy.request.HttpRequest;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one destination, made ready for its requests (Gateway API, HTTPRoute and GRPCRoute with a Service as parent). Equal to
 * another one if the control plane has said the same.
 */
public final class RequestTable {
    /** Conditions under which a rule applies, of one destination. */
    public static final int MAX_MATCHES = 1024;
    /** Rules of one destination. */
    public static final int MAX_RULES = 256;
    /** Addresses of backends of one destination. */
    public static final int MAX_ADDRESSES = 256;

    private final RequestRoutes said;
    private final MatchIndex index;
    private final Set<InetSocketAddress> addresses;

    RequestTable(RequestRoutes said, MatchIndex index, Set<InetSocketAddress> addresses) {
        this.said = said;
        this.index = index;
        this.addresses = Set.copyOf(addresses);
    }

    /** Reads the control plane's words. Throws IllegalArgumentException with the reason for which they are refused. */
    public static RequestTable fromProto(RequestRoutes routes) {
        return new TableReader(routes).read();
    }

    /** The rule for this request: the one of the first match that it meets. Empty if it meets none. */
    public Optional<Matched> match(HttpRequest request) {
        return Optional.ofNullable(index.first(request));
    }

    /** The destinations that requests and copies of them may go to. */
    public Set<InetSocketAddress> addresses() {
        return addresses;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestTable table && said.equals(table.said);
    }

    @Override
    public int hashCode() {
        return said.hashCode();
    }
}
