package dev.weft.cli.command.trust;

import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.Operator;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Performs the first step of a rotation, which is the operator's: the new issuer is signed with a key that the control
 * plane never sees.
 */
record RotationStart(Session session, MeshRef mesh, Operator operator, RotationGoal.Change change) {

    /** The control plane's code for a request that belongs to another step than the present one. */
    private static final String ANOTHER_STEP = "WEFT-C044";

    /** How long the operator who has begun a rotation has to sign before another operator may begin it again. */
    private static final Duration SIGNING = Duration.ofSeconds(5);

    /**
     * Begins a rotation, and lets its issuer be signed.
     *
     * @return the status after that
     */
    RotationStatus begin(ShowTrustResponse trust) throws IOException {
        boolean anchorChanges = change.kind() == RotationKind.ROTATION_KIND_ANCHOR;
        Optional<X509Certificate> next =
                anchorChanges ? Optional.of(change.source().certificate(trust)) : Optional.empty();
        BeginRotationRequest.Builder request =
                BeginRotationRequest.newBuilder().setKind(change.kind()).setEmergency(change.emergency());
        next.ifPresent(anchor -> request.setAnchorPem(Pem.encodeCertificates(List.of(anchor))));
        // If another program signs, the control plane waits for the issuer once every sidecar has the anchor.
        Optional<TrustAnchor> signer = trust.getIssuerDirectory().isEmpty()
                ? Optional.of(change.source().anchor(trust))
                : Optional.empty();
        BeginRotationResponse begun = operator.ask(
                TrustOperatorGrpc::newBlockingStub, RotationRun.CALL, it -> it.beginRotation(request.build()));
        return signer.isEmpty()
                ? begun.getStatus()
                : supply(
                        begun.getStatus().toBuilder()
                                .setCsrPem(begun.getCsrPem())
                                .build(),
                        signer.get(),
                        trust);
    }

    /**
     * Continues a rotation that has no issuer yet.
     *
     * @param own whether this command has begun it
     * @return the status after that; empty if the rotation must be read again
     * @throws CommandFailure if the rotation has another goal (WEFT-T011)
     */
    Optional<RotationStatus> prepare(ShowTrustResponse trust, boolean own) throws IOException {
        RotationStatus present = trust.getRotation();
        boolean issuer = change.kind() == RotationKind.ROTATION_KIND_ISSUER;
        boolean named = change.source()
                .named()
                .filter(present.getNewAnchorSpkiSha256()::equals)
                .isPresent();
        boolean fresh = trust.getNow() - present.getStepSince() < SIGNING.toSeconds();
        if (!own && fresh) {
            return Optional.empty();
        }
        if (!present.getCsrPem().isEmpty() && (issuer || named)) {
            return Optional.of(supply(present, change.source().anchor(trust), trust));
        }
        if (!change.source().replaceable(trust)) {
            throw RotationFailures.another(
                    mesh, present, "one to an anchor that was not named here, and it waits for its issuer");
        }
        // The key of its anchor was lost with the command that began it. Nothing is published, so nothing is lost.
        session.screen().note("a rotation was started but got no issuer; it is started again");
        var _ = RotationRun.rollBack(operator);
        return Optional.empty();
    }

    private RotationStatus supply(RotationStatus present, TrustAnchor anchor, ShowTrustResponse trust) {
        try {
            X509Certificate issuer = Signing.sign(
                    session,
                    anchor,
                    Pem.decodeCsr(present.getCsrPem()),
                    TrustDomain.parse(trust.getTrustDomain()),
                    null);
            SupplyIssuerRequest request = SupplyIssuerRequest.newBuilder()
                    .setChainPem(Pem.encodeCertificates(List.of(issuer)))
                    .build();
            return operator.ask(TrustOperatorGrpc::newBlockingStub, RotationRun.CALL, it -> it.supplyIssuer(request));
        } catch (CommandFailure failure) {
            if (failure.code().equals(ANOTHER_STEP)) {
                return present;
            }
            if (!failure.code().equals(Operator.NO_ANSWER)) {
                var _ = RotationRun.rollBack(operator);
            }
            throw failure;
        } catch (InvalidEncodingException e) {
            throw CommandFailure.failed("WEFT-T006", "nothing was signed: " + e.getMessage(), "see docs/rotation.md");
        }
    }

    /** Fails if a running rotation is not the wanted one (WEFT-T011). */
    static void mustBe(MeshRef mesh, RotationGoal.Change change, RotationStatus running) {
        if (change.kind() != running.getKind()) {
            throw RotationFailures.another(
                    mesh,
                    running,
                    running.getKind() == RotationKind.ROTATION_KIND_ISSUER
                            ? "one of only the issuer"
                            : "one of the trust anchor");
        }
        if (change.emergency() && !running.getEmergency()) {
            throw RotationFailures.another(mesh, running, "one that is no emergency");
        }
        Optional<String> named = change.source().named();
        if (named.isPresent() && !named.get().equals(running.getNewAnchorSpkiSha256())) {
            throw RotationFailures.another(mesh, running, "one to another anchor");
        }
    }
}
