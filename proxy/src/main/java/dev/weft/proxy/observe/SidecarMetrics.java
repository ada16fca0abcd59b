package dev.weft.proxy.observe;

import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.DurationHistogram;
import dev.weft.daemon.metrics.DurationSeries;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.policy.decide.Decision;
import dev.weft.proxy.http.RequestRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The metrics of a sidecar. Safe for use by several threads. */
public final class SidecarMetrics {
    private static final String INBOUND = "inbound";
    private static final String OUTBOUND = "outbound";
    private static final List<String> PROTOCOLS = List.of("http/1.1", "http/2", "grpc");
    private static final List<String> STATUS_CLASSES = List.of("none", "1xx", "2xx", "3xx", "4xx", "5xx");
    private static final int STATUS_CLASS = 100;
    private static final List<String> NAME_RESULTS =
            List.of("answered", "no-data", "no-name", "forwarded", "failed", "refused", "malformed", "limited");
    private static final List<String> LIMITS = List.of(
            "denied-requests",
            "descriptors",
            "names",
            "peers",
            "refusals",
            "plaintext-connections",
            "sessions",
            "sessions-waiting",
            "tunnel-connections",
            "tunnel-proofs",
            "tunnels-per-peer");

    /** The label of sessions that were carried by mutual TLS. */
    static final String NO_PLAINTEXT = "none";

    private static final String ALLOW = "allow";
    private static final String DENY = "deny";

    private final Metrics registry = new Metrics();
    private final Counter opened = registry.counter("weft_sessions_opened_total", "Sessions accepted", "direction");
    private final Counter closed = registry.counter(
            "weft_sessions_closed_total",
            "Sessions that have ended",
            "direction",
            "decision",
            "secure",
            "plaintext",
            "peer");
    private final Counter bytes =
            registry.counter("weft_session_bytes_total", "Bytes of ended sessions", "direction", "flow");
    private final Counter refusals =
            registry.counter("weft_refusals_total", "Sessions refused, failed or closed, by code", "direction", "code");
    private final Counter handshakes =
            registry.counter("weft_handshake_failures_total", "TLS handshakes that failed", "side", "rule");
    private final Counter tunnels = registry.counter("weft_tunnels_opened_total", "Tunnels opened", "side");
    private final Counter proofs = registry.counter(
            "weft_tunnel_proofs_total",
            "Attempts to prove the identity in a tunnel again with a new certificate",
            "side",
            "result");
    private final Counter limits = registry.counter("weft_limits_hit_total", "Times that a limit was reached", "limit");
    private final Counter audited =
            registry.counter("weft_policy_audited_total", "Matches of Audit policies", "policy");
    private final Counter names =
            registry.counter("weft_name_queries_total", "DNS queries of the workload, by result", "result");
    private final Counter events = registry.counter("weft_events_total", "Other events", "event");
    private final DurationHistogram durations = registry.durations(
            "weft_session_duration_seconds",
            "Duration of ended sessions",
            DurationHistogram.OF_CONNECTIONS,
            "direction");
    private final DurationSeries inboundDurations = durations.series(INBOUND);
    private final DurationSeries outboundDurations = durations.series(OUTBOUND);

    private final Counter requests = registry.counter(
            "weft_requests_total", "Requests judged by policy that have ended", "protocol", "status", "decision");
    private final PeerDurations requestDurations = new PeerDurations(registry, PROTOCOLS.size());
    private final Counter peerRequests = registry.counter(
            "weft_peer_requests_total",
            "Requests judged by policy that have ended, by caller",
            "peer",
            "protocol",
            "status",
            "decision");
    private final Counter requestBytes = registry.counter(
            "weft_request_bytes_total", "Bytes of requests judged by policy that have ended, with their heads", "flow");
    private final LongAdder requestBytesIn = requestBytes.series("in");
    private final LongAdder requestBytesOut = requestBytes.series("out");
    private final Counter decisions = registry.counter(
            "weft_policy_decisions_total",
            "Decisions about connections and requests, by the policy that decided",
            "about",
            "policy",
            "decision");

    /** Counters of requests with the same labels: one lookup finds all series that a request counts in. */
    private final Map<Alike, CountedRequests> alikeRequests = new ConcurrentHashMap<>();

    private record Alike(String peer, String protocol, String status, boolean allowed, String policy) {}

    private record CountedRequests(LongAdder all, LongAdder ofPeer, LongAdder decided, DurationSeries took) {}

    private final Counter rateLimited = registry.counter(
            "weft_rate_limited_total",
            "Requests and connections refused because of a rate limit, by RateLimit",
            "limit",
            "about");
    private final LongAdder requestsWaiting = new LongAdder();
    private final CallerMetrics caller = new CallerMetrics(registry);

    /**
     * Where all values of the labels are known, each series begins at 0, so that queries also find what has not
     * happened yet.
     */
    public SidecarMetrics() {
        registry.gauge(
                "weft_requests_waiting",
                "Requests that wait until the workload has fewer requests in progress",
                requestsWaiting::sum);
        List.of(INBOUND, OUTBOUND).forEach(direction -> {
            opened.zero(direction);
            bytes.zero(direction, "in");
            bytes.zero(direction, "out");
        });
        List.of("client", "server").forEach(side -> {
            tunnels.zero(side);
            proofs.zero(side, "renewed");
        });
        LIMITS.forEach(limit -> limits.zero(limit));
        PROTOCOLS.forEach(protocol -> {
            requests.zero(protocol, "2xx", "allow");
            requests.zero(protocol, "4xx", "deny");
        });
        NAME_RESULTS.forEach(result -> names.zero(result));
        decisions.zero("request", Decision.BY_DEFAULT, DENY);
        decisions.zero("connection", Decision.BY_DEFAULT, DENY);
        events.zero("clock-jumped");
    }

    /** Called when a session was accepted. */
    public void sessionOpened(String direction) {
        opened.increment(direction);
    }

    /**
     * Called when a session has ended.
     *
     * @param plaintext why it was not carried by mutual TLS; {@code none} if it was
     * @param peer see {@link PeerNames}
     */
    public void sessionClosed(
            String direction, String decision, String plaintext, String peer, long in, long out, long nanos) {
        boolean secure = plaintext.equals(NO_PLAINTEXT);
        closed.increment(direction, decision, String.valueOf(secure), plaintext, peer);
        bytes.add(in, direction, "in");
        bytes.add(out, direction, "out");
        (direction.equals(INBOUND) ? inboundDurations : outboundDurations).add(nanos);
    }

    /** Called when a session was refused, failed or was closed with this code. */
    public void refused(String direction, String code) {
        refusals.increment(direction, code);
    }

    /** Called when a TLS handshake failed; {@code side} is server or client. */
    public void handshakeFailed(String side, String rule) {
        handshakes.increment(side, rule);
    }

    /** Called when a tunnel has opened. */
    public void tunnelOpened(String side) {
        tunnels.increment(side);
    }

    /** Called when a tunnel had to be proven again; {@code result} is {@code renewed}, or the reason why it failed. */
    public void tunnelProven(String side, String result) {
        proofs.increment(side, result);
    }

    /**
     * Called when a request that was judged has ended.
     *
     * @param peer the caller: see {@link PeerNames}
     * @param protocol {@code http/1.1}, {@code http/2} or {@code grpc}
     */
    public void requestEnded(String peer, String protocol, RequestRecord request) {
        Alike alike = new Alike(
                peer,
                protocol,
                classOf(request.status()),
                request.decision().allowed(),
                request.decision().policy());
        CountedRequests counted = alikeRequests.get(alike);
        if (counted == null) {
            counted = counted(alike);
            if (alikeRequests.size() < Counter.MAX_SERIES) {
                alikeRequests.put(alike, counted);
            }
        }
        counted.all.increment();
        counted.ofPeer.increment();
        counted.decided.increment();
        requestBytesIn.add(request.requestBytes());
        requestBytesOut.add(request.responseBytes());
        counted.took.add(request.duration().toNanos());
    }

    private CountedRequests counted(Alike alike) {
        String decision = alike.allowed ? ALLOW : DENY;
        return new CountedRequests(
                requests.series(alike.protocol, alike.status, decision),
                peerRequests.series(alike.peer, alike.protocol, alike.status, decision),
                decisions.series("request", alike.policy, decision),
                requestDurations.of(alike.peer, alike.protocol));
    }

    /** Called when policy has decided on a connection; {@code decision} is that of the session. */
    public void connectionDecided(String policy, String decision) {
        decisions.increment("connection", policy, decision);
    }

    /** Called when a request was refused before policy was asked. */
    public void requestRefused(String protocol, int status) {
        requests.increment(protocol, classOf(status), "deny");
    }

    static String classOf(int status) {
        int statusClass = status / STATUS_CLASS;
        return STATUS_CLASSES.get(statusClass < STATUS_CLASSES.size() ? statusClass : 0);
    }

    /** Called when a request or a connection was over a rate limit; {@code about} says which of the two. */
    public void rateLimited(String limit, String about) {
        rateLimited.increment(limit, about);
    }

    /** Adds to the number of requests that wait until the workload has fewer at once. */
    public void requestsWaiting(int more) {
        requestsWaiting.add(more);
    }

    /** Called when a limit was hit. */
    public void limitHit(String limit) {
        limits.increment(limit);
    }

    /** Called when an Audit policy matched. */
    public void audited(String policy) {
        audited.increment(policy);
    }

    /** Called when a DNS question got this result. */
    public void nameAsked(String result) {
        names.increment(result);
    }

    /** Counts another event, such as {@code renewal-failed}. */
    public void event(String event) {
        events.increment(event);
    }

    /** The metrics of requests that the workload's own application makes. */
    public CallerMetrics caller() {
        return caller;
    }

    /** The registry, to add metrics that are read at each scrape. */
    public Metrics registry() {
        return registry;
    }

    /** Returns all metrics in the Prometheus text format, version 0.0.4. */
    public String text() {
        return registry.text();
    }
}
