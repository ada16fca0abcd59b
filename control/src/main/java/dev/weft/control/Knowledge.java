package dev.weft.control;

import dev.weft.control.federation.Federation;
import dev.weft.control.peering.Peering;
import dev.weft.control.rotate.ProxyFollowers;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.mesh.registry.OperatorObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;

/**
 * What a control plane knows of its mesh and of other meshes, and sends to the proxies: {@code source} (the registry)
 * holds the objects, {@code peering} adds what other control planes report, {@code mesh} sends all of it to the
 * proxies.
 *
 * @param followers tells which proxies hold which trust bundle
 * @param federation follows other trust domains' bundles, and serves its own
 * @param objects what operators revoked and disabled
 */
record Knowledge(
        MeshEndpoint mesh,
        ProxyFollowers followers,
        RegistryMesh source,
        Federation federation,
        OperatorObjects objects,
        Peering peering) {

    /** Kept for a day: a clock that runs ahead for some hours and is set back then loses no revocation. */
    private static final Duration REVOCATIONS_KEPT_AFTER_END = Duration.ofDays(1);

    /** Opens the source of the objects and starts to publish each change. */
    static Knowledge open(
            ControlSettings settings, Home home, Authority authority, Metrics metrics, Clock clock, Lifecycle lifecycle)
            throws IOException {
        TrustSource trust = authority.trust();
        MeshEndpoint mesh = lifecycle.add(new MeshEndpoint(trust, clock, metrics));
        ProxyFollowers followers = new ProxyFollowers(mesh, trust, settings.trustDomain(), System::nanoTime);
        authority.issuer().follow(followers);
        RegistryMesh source = lifecycle.add(RegistryMesh.open(home, settings, trust, clock));
        Federation federation = lifecycle.add(new Federation(
                settings.trustDomain(),
                settings.federation(),
                authority.state(),
                authority.state().leadership(),
                trust,
                () -> source.errors().isEmpty(),
                metrics,
                clock));
        trust.onChange(source::publish);
        Peering peering = lifecycle.add(new Peering(
                settings.trustDomain(),
                settings.stateDirectory(),
                trust,
                clock,
                mesh::publish,
                new Peering.Bundles(
                        settings.federation().endpoint().isPresent(), mesh::behind, federation::newerBundle),
                metrics));
        mesh.onProxyChange(peering::proxiesChanged);
        trust.onDeclared(federation::declared);
        source.start(peering::accept);
        federation.awaitBundles();
        return new Knowledge(mesh, followers, source, federation, source.operators(), peering);
    }

    /**
     * Takes ended revocations out of force, and deletes their objects a day later.
     *
     * @param leads whether this control plane may delete the objects
     */
    void endRevocations(Clock clock, boolean leads) {
        source.dropEnded();
        if (!leads) {
            return;
        }
        try {
            objects.forgetEnded(clock.instant().minus(REVOCATIONS_KEPT_AFTER_END));
        } catch (IOException e) {
            throw new UncheckedIOException("revocations that have ended cannot be removed", e);
        }
    }
}
