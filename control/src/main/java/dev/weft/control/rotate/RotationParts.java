package dev.weft.control.rotate;

import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.issuerdir.IssuerDirectory;
import dev.weft.control.peering.LinkedDomain;
import dev.weft.control.server.ControlServer;
import dev.weft.control.state.ControlState;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.trust.UnpublishedAnchors;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.daemon.metrics.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The parts of a control plane that rotations work with.
 *
 * @param linked returns what the other trust domains, with which workloads exchange calls, hold of our anchors
 * @param leafLifetime longest lifetime of certificates
 * @param issuerDirectory directory of an issuer that is maintained elsewhere; empty if the issuer is in the state
 *     directory alone
 * @param refusals returns objects of the registry that are not in force, as {@code file:line: reason}
 * @param errors returns what else is wrong with the registry, and with the platform below it
 * @param unpublished returns the places in which sidecars that start find the anchors, and which do not have the
 *     present ones
 * @param overdue returns the workloads that should be gone by this time, as {@code namespace/name}
 */
public record RotationParts(
        ControlState state,
        TrustSource trust,
        LiveIssuer issuer,
        MeshEndpoint mesh,
        Machines machines,
        Supplier<List<LinkedDomain>> linked,
        ControlServer server,
        Duration leafLifetime,
        Optional<IssuerDirectory> issuerDirectory,
        Supplier<List<String>> refusals,
        Supplier<List<String>> errors,
        Supplier<List<UnpublishedAnchors>> unpublished,
        Function<Instant, Set<String>> overdue,
        Metrics metrics,
        Clock clock) {}
