package dev.weft.proxy;

import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.Name;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Tap;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.control.MeshListener;
import dev.weft.proxy.control.MeshSnapshot;
import dev.weft.proxy.identity.IdentityManager;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.mesh.Routes;
import dev.weft.proxy.names.MeshName;
import dev.weft.proxy.names.NameBook;
import dev.weft.proxy.observe.RequestTap;
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

/** Puts what the control plane tells into force. */
final class MeshFeed implements MeshListener {
    private static final Logger LOG = LoggerFactory.getLogger(MeshFeed.class);
    private static final String INBOUND = "inbound";
    private static final String RENEWAL = "renewal";
    private static final String BUNDLE = "bundle/";
    private static final String DESTINATION = "destination/";
    private static final String NAMES = "names";
    private static final String NAME = "name/";
    private static final String TAP = "tap";

    private final Workload workload;
    private final IdentityManager identity;
    private final Clock clock;
    /** Used on the client's event loop alone. */
    private final Routes routes = new Routes();

    private final Consumer<TrustBundles> bundles;
    private final Consumer<Optional<Renewal>> renewals;
    private final Runnable streams;
    private volatile Instant since;

    /**
     * Feeds these.
     *
     * @param bundles told of new trust bundles, after all else is
     * @param renewals told which issuer the certificate must be of, after the identity is
     * @param streams told of each new stream
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

    /** Neither keeps what it was: the former policy may admit more, the former answer may lead to plaintext. */
    @Override
    public void onRefused(String name, String version, String reason) {
        LOG.error("What the control plane says of {} cannot be used: {}", name, reason);
        workload.metrics().event("resource-refused");
        if (name.equals(INBOUND)) {
            workload.inboundRefused(version, reason);
        } else if (name.startsWith(DESTINATION)) {
            workload.directory()
                    .update(name, new Route.Unreachable("the control plane's answer cannot be used: " + reason));
        } else if (name.startsWith(NAME)) {
            workload.names().book().remove(name);
        }
    }

    @Override
    public void onUpdate(MeshSnapshot snapshot, Set<String> changed) {
        Optional<InboundConfig> inbound =
                snapshot.inbound().map(i -> read(i, snapshot.versions().getOrDefault(INBOUND, "")));
        Map<String, Route> read = new HashMap<>();
        for (String name : changed) {
            if (name.startsWith(DESTINATION)) {
                var destination = snapshot.destinations().get(name.substring(DESTINATION.length()));
                if (destination == null) {
                    workload.directory().remove(name);
                } else {
                    read.put(name, routes.read(name, destination));
                }
            }
        }
        routes.retain(snapshot.destinations(), DESTINATION);
        if (changed.stream().anyMatch(name -> name.startsWith(BUNDLE))) {
            identity.bundles(snapshot.bundles());
            workload.bundles(snapshot.bundles());
            bundles.accept(snapshot.bundles());
        }
        if (changed.contains(RENEWAL)) {
            identity.direct(snapshot.renewal());
            renewals.accept(snapshot.renewal());
        }
        if (changed.contains(INBOUND)) {
            workload.inbound(inbound.orElse(null));
        }
        read.forEach(workload.directory()::update);
        if (changed.contains(TAP)) {
            workload.requestTap()
                    .filters(snapshot.tap().map(Tap::getFiltersList).orElse(List.of()));
        }
        names(snapshot, changed);
    }

    private void names(MeshSnapshot snapshot, Set<String> changed) {
        NameBook book = workload.names().book();
        if (changed.contains(NAMES)) {
            snapshot.meshNames().ifPresent(all -> book.names(all.getZonesList(), Set.copyOf(all.getNamespacesList())));
        }
        for (String name : changed) {
            if (name.startsWith(NAME)) {
                Name known = snapshot.names().get(name);
                if (known == null) {
                    book.remove(name);
                } else {
                    book.update(name, MeshName.fromProto(known));
                }
            }
        }
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
        workload.requestTap().filters(List.of()); // it is told again while somebody looks on
        streams.run();
    }

    @Override
    public void onDisconnected(String reason) {
        since = clock.instant();
        workload.requestTap().filters(List.of());
        workload.directory().unconfirmed();
        workload.names().book().connected(false);
        LOG.warn("The control plane is away, going on with what is known: {}", reason);
    }

    /** When the stream to the control plane came up, or broke. */
    Instant since() {
        return since;
    }
}
