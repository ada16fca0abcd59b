package dev.weft.proxy.observe;

import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.DurationHistogram;
import dev.weft.daemon.metrics.DurationSeries;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.proxy.session.Session;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of the requests that the workload's application makes and that are balanced one by one: how they ended, by
 * destination, and what the balancer, retries and the pool did for them. No label is an endpoint's address: a
 * destination is what the application connected to, usually a Service's address, and the Service has its own label.
 * Safe for use by several threads.
 */
public final class CallerMetrics {
    private final DestinationNames destinations = new DestinationNames();
    private final Counter requests;
    private final DurationHistogram durations;
    private final Counter retries;
    private final Counter ejections;
    private final LongAdder opened;
    private final LongAdder reused;
    private final Counter copies;
    private final Counter zones;
    /** Series of requests with the same labels: one lookup finds both that a request counts in. */
    private final Map<Alike, Counted> alikeRequests = new ConcurrentHashMap<>();

    private final LongAdder open = new LongAdder();
    private final LongAdder waiting = new LongAdder();

    private record Alike(
            InetSocketAddress destination, @Nullable String service, String protocol, String status) {}

    private record Counted(LongAdder ended, DurationSeries took) {}

    CallerMetrics(Metrics registry) {
        requests = registry.counter(
                "weft_caller_requests_total",
                "Balanced requests of the application that have ended, by destination",
                "destination",
                "service",
                "protocol",
                "status");
        durations = registry.durations(
                "weft_caller_request_duration_seconds",
                "Duration of balanced requests, with all attempts, by destination",
                DurationHistogram.OF_REQUESTS,
                "destination",
                "service",
                "protocol");
        retries = registry.counter(
                        "weft_caller_retries_total",
                        "Retries at another endpoint, made or not made because the retry budget was used up",
                        "result")
                .zero("sent")
                .zero("over-budget");
        ejections = ejections(registry);
        Counter sessions = registry.counter(
                "weft_pool_sessions_total",
                "Sessions with endpoints that carried HTTP/1.1 requests, by whether new or reused",
                "source");
        opened = sessions.series("opened");
        reused = sessions.series("reused");
        copies = copies(registry);
        zones = zones(registry);
        registry.gauge("weft_caller_requests_open", "Balanced requests that have not ended", open::sum);
        registry.gauge(
                "weft_caller_requests_waiting", "Of these requests, those that no endpoint has yet", waiting::sum);
    }

    private static Counter ejections(Metrics registry) {
        return registry.counter(
                        "weft_balancer_ejections_total",
                        "Times that an endpoint was left out because of failures, or because it asked for it",
                        "reason")
                .zero("unreachable")
                .zero("failures")
                .zero("failure-share")
                .zero("retry-later");
    }

    private static Counter copies(Metrics registry) {
        return registry.counter(
                        "weft_caller_copies_total", "Copies of requests to mirrors of routes, by result", "result")
                .zero(CopiedRequest.Result.ANSWERED.text())
                .zero(CopiedRequest.Result.FAILED.text())
                .zero(CopiedRequest.Result.GIVEN_UP.text());
    }

    private static Counter zones(Metrics registry) {
        return registry.counter(
                        "weft_balancer_zone_choices_total",
                        "Endpoints chosen for Services that prefer the caller's zone, by zone",
                        "zone")
                .zero("own")
                .zero("other");
    }

    /** Called when a request begins, which has no endpoint yet. */
    void begun() {
        open.increment();
        waiting.increment();
    }

    /** Called when an endpoint accepts a request. */
    void connected() {
        waiting.decrement();
    }

    /** Called when a request that was sent to one endpoint goes to another. */
    void retried() {
        retries.increment("sent");
    }

    /** Called when a request has ended. {@code waited}: whether {@link #connected} was called for it. */
    void ended(Session session, String protocol, int status, long nanos, boolean waited) {
        open.decrement();
        if (!waited) {
            waiting.decrement();
        }
        Alike alike = new Alike(session.destination(), session.service(), protocol, SidecarMetrics.classOf(status));
        Counted counted = alikeRequests.get(alike);
        if (counted == null) {
            counted = counted(alike);
            if (alikeRequests.size() < Counter.MAX_SERIES) {
                alikeRequests.put(alike, counted);
            }
        }
        counted.ended.increment();
        counted.took.add(nanos);
    }

    private Counted counted(Alike alike) {
        DestinationNames.Labels to = destinations.labels(alike.destination, alike.service);
        return new Counted(
                requests.series(to.address(), to.service(), alike.protocol, alike.status),
                durations.series(to.address(), to.service(), alike.protocol));
    }

    /** Called when a request may not go to another endpoint: its destination's retry budget is used up. */
    public void retryRefused() {
        retries.increment("over-budget");
    }

    /** Called when an endpoint is left out for a time; {@code reason} is one of a few words. */
    public void ejected(String reason) {
        ejections.increment(reason);
    }

    /** Called when an endpoint was chosen for a destination that prefers the caller's zone. */
    public void chosenByZone(boolean own) {
        zones.increment(own ? "own" : "other");
    }

    void copied(CopiedRequest.Result result) {
        copies.increment(result.text());
    }

    /** Called when a request got a session with an endpoint. */
    public void session(boolean again) {
        (again ? reused : opened).increment();
    }
}
