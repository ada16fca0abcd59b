package dev.weft.proxy.route;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.policy.request.HttpRequest;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one destination, indexed for matching requests (Gateway API, HTTPRoute and GRPCRoute with a Service as
 * parent). Two tables are equal if the control plane sent the same routes.
 */
public final class RequestTable {
    /** The most matches of one destination. */
    public static final int MAX_MATCHES = 1024;
    /** The most rules of one destination. */
    public static final int MAX_RULES = 256;
    /** The most backend addresses of one destination. */
    public static final int MAX_ADDRESSES = 256;

    private final RequestRoutes said;
    private final MatchIndex index;
    private final Set<InetSocketAddress> addresses;

    RequestTable(RequestRoutes said, MatchIndex index, Set<InetSocketAddress> addresses) {
        this.said = said;
        this.index = index;
        this.addresses = Set.copyOf(addresses);
    }

    /** Reads routes from the control plane. Throws IllegalArgumentException with the reason if they are not valid. */
    public static RequestTable fromProto(RequestRoutes routes) {
        return new TableReader(routes).read();
    }

    /** Returns the rule of the first match that this request meets; empty if it meets none. */
    public Optional<Matched> match(HttpRequest request) {
        return Optional.ofNullable(index.first(request));
    }

    /** Returns the destinations that requests, and copies of them, may go to. */
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
