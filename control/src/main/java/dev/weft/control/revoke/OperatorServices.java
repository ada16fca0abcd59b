package dev.weft.control.revoke;

import dev.weft.api.v1.FollowedBundle;
import dev.weft.api.v1.PeerLink;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Snapshot;
import io.grpc.BindableService;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The parts that the operators' services for revocation and trust domains need.
 *
 * @param controlPlane the control plane's identity
 * @param registry returns the objects in force
 * @param followed returns the status of a trust domain's bundle, if it is fetched
 * @param linked returns the status of a trust domain's control planes, if they are asked
 * @param issuer returns the issuer in use
 * @param served returns the chain that the control plane itself shows now, leaf first
 */
public record OperatorServices(
        SpiffeId controlPlane,
        OperatorObjects objects,
        Supplier<Snapshot> registry,
        TrustSource trust,
        Function<TrustDomain, Optional<FollowedBundle>> followed,
        Function<TrustDomain, Optional<PeerLink>> linked,
        MeshEndpoint mesh,
        Supplier<Optional<Issuer>> issuer,
        Supplier<List<X509Certificate>> served,
        AuditLog audit,
        Clock clock) {

    /** Returns the services. */
    public List<BindableService> all() {
        return List.of(new RevocationService(this), new TrustDomainService(this));
    }

    /**
     * Writes a change that is kept to the audit log: it is in force, or will be without another request. Returns an
     * empty text, or why the audit log lacks it: a full disk must not prevent a revocation.
     */
    String audited(String event, TrustDomain trustDomain, String what, String reason) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", clock.instant());
        fields.put("event", event);
        fields.put("trustDomain", trustDomain.name());
        fields.put("what", what);
        fields.put("reason", reason);
        return audit.recordDone(fields);
    }

    TrustDomain own() {
        return controlPlane.trustDomain();
    }
}
