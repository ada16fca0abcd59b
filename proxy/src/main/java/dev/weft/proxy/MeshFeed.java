package dev.weft.proxy;

import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Resource;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.control.MeshChange;
import dev.weft.proxy.control.MeshListener;
import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.ResourceName.PerWorkload;
import dev.weft.proxy.identity.IdentityManager;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.mesh.RouteReadings;
import dev.weft.proxy.names.MeshName;
import dev.weft.proxy.names.NameBook;
import dev.weft.proxy.observe.RequestTap;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the control plane's resources to the workload. */
final class MeshFeed implements MeshListener {
    private static final Logger LOG = LoggerFactory.getLogger(MeshFeed.class);
    private final Workload workload;
    private final IdentityManager identity;
    private final Clock clock;
    /** Used on the client's event loop alone. */
    private final RouteReadings routes = new RouteReadings();

    private final Consumer<TrustBundles> bundles;
    private final Consumer<Optional<Renewal>> renewals;
    private final Runnable streams;
    private volatile Instant since;

    /**
     * Creates a feed for the workload and its identity.
     *
     * @param bundles gets new trust bundles, after the identity and the workload have them
     * @param renewals gets the issuer that the certificate must come from, after the identity has it
     * @param streams runs for each new stream
     */
    MeshFeed(
            Workload workload,
            IdentityManager identity,
            Clock clock,
            Consumer<TrustBundles> bundles,
            Consumer<Optional<Renewal>> renewals,
            Runnable streams) {
        this.workload = workload;
        this.identity = identity;
        this.clock = clock;
        this.bundles = bundles;
        this.renewals = renewals;
        this.streams = streams;
        this.since = clock.instant();
    }

    @Override
    public void check(Resource resource) {
        if (resource.hasInbound()) {
            read(resource.getInbound(), resource.getVersion());
        } else if (resource.hasDestination()) {
            var _ = Route.fromProto(resource.getDestination());
        } else if (resource.hasEndpointChanges()) {
            resource.getEndpointChanges().getPutList().forEach(Route::check);
        } else if (resource.hasNamed()) {
            var _ = MeshName.fromProto(resource.getNamed());
        } else if (resource.hasMeshNames()) {
            MeshName.check(resource.getMeshNames());
        } else if (resource.getTap().getFiltersCount() > RequestTap.MAX_FILTERS) {
            throw new IllegalArgumentException("tap: " + resource.getTap().getFiltersCount()
                    + " filters (expected: at most " + RequestTap.MAX_FILTERS + ")");
        }
    }

    /**
     * Neither a policy nor a destination keeps its former value: the former policy may admit more, the former
     * destination may lead to plaintext.
     */
    @Override
    public void onRefused(ResourceName name, String version, String reason) {
        LOG.error("The control plane's data about {} cannot be used: {}", name.wireName(), reason);
        workload.metrics().event("resource-refused");
        switch (name) {
            case PerWorkload.INBOUND -> workload.inboundRefused(version, reason);
            case ResourceName.Destination(InetSocketAddress address) ->
                workload.directory()
                        .update(address, new Route.Unreachable("the control plane's answer cannot be used: " + reason));
            case ResourceName.HostName called -> workload.names().book().remove(called);
            case PerWorkload _, ResourceName.Bundle _, ResourceName.Unknown _ -> {}
        }
    }

    /** Reads the whole change before it applies any part of it. */
    @Override
    public void onUpdate(MeshChange change) {
        Optional<InboundConfig> inbound =
                change.now(PerWorkload.INBOUND).map(resource -> read(resource.getInbound(), resource.getVersion()));
        Map<InetSocketAddress, Route> read = destinations(change);
        if (change.resources().keySet().stream().anyMatch(ResourceName.Bundle.class::isInstance)) {
            identity.bundles(change.bundles());
            workload.bundles(change.bundles());
            bundles.accept(change.bundles());
        }
        if (change.concerns(PerWorkload.RENEWAL)) {
            Optional<Renewal> renewal = change.now(PerWorkload.RENEWAL).map(Resource::getRenewal);
            identity.direct(renewal);
            renewals.accept(renewal);
        }
        if (change.concerns(PerWorkload.INBOUND)) {
            workload.inbound(inbound.orElse(null));
        }
        read.forEach(workload.directory()::update);
        if (change.concerns(PerWorkload.TAP)) {
            workload.requestTap()
                    .filters(change.now(PerWorkload.TAP)
                            .map(resource -> resource.getTap().getFiltersList())
                            .orElse(List.of()));
        }
        names(change);
    }

    private Map<InetSocketAddress, Route> destinations(MeshChange change) {
        Map<InetSocketAddress, Route> read = new HashMap<>();
        change.resources().forEach((name, now) -> {
            if (!(name instanceof ResourceName.Destination(InetSocketAddress address))) {
                return;
            }
            if (now.isEmpty()) {
                workload.directory().remove(address);
                return;
            }
            read.put(address, routes.read(address, now.get().getDestination()));
        });
        routes.retain(workload.directory()::knows);
        return read;
    }

    private void names(MeshChange change) {
        NameBook book = workload.names().book();
        change.now(PerWorkload.NAMES)
                .map(Resource::getMeshNames)
                .ifPresent(all -> book.names(all.getZonesList(), Set.copyOf(all.getNamespacesList())));
        change.resources().forEach((name, now) -> {
            if (name instanceof ResourceName.HostName called) {
                now.ifPresentOrElse(
                        resource -> book.update(called, MeshName.fromProto(resource.getNamed())),
                        () -> book.remove(called));
            }
        });
    }

    private InboundConfig read(Inbound inbound, String version) {
        if (!inbound.getWorkload().equals(workload.settings().workload())) {
            throw new IllegalArgumentException("inbound of " + inbound.getWorkload() + " (expected: of "
                    + workload.settings().workload() + ")");
        }
        return InboundConfig.fromProto(version, inbound, workload.settings().trustDomain());
    }

    @Override
    public void onConnected() {
        since = clock.instant();
        LOG.info("Connected to the control plane");
        workload.names().book().connected(true);
        identity.controlPlaneBack();
    }

    @Override
    public void onStream() {
        workload.directory().unconfirmed();
        workload.requestTap().filters(List.of()); // the control plane sends the filters again while an operator watches
        streams.run();
    }

    @Override
    public void onDisconnected(String reason) {
        since = clock.instant();
        workload.requestTap().filters(List.of());
        workload.directory().unconfirmed();
        workload.names().book().connected(false);
        LOG.warn("The control plane is away; the sidecar continues with what it knows: {}", reason);
    }

    /** Returns when the stream to the control plane last opened or broke. */
    Instant since() {
        return since;
    }
}
