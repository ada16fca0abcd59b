package dev.weft.control.revoke;

import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.ListRevocationsRequest;
import dev.weft.api.v1.ListRevocationsResponse;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RevokeRequest;
import dev.weft.api.v1.RevokeResponse;
import dev.weft.api.v1.Spread;
import dev.weft.api.v1.UndoRevocationRequest;
import dev.weft.api.v1.UndoRevocationResponse;
import dev.weft.control.refusal.RefusedException;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.registry.Snapshot;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code weft.v1.RevocationOperator}: lets operators revoke, list revocations and undo them. */
final class RevocationService extends RevocationOperatorGrpc.RevocationOperatorImplBase {

    private final TrustDomain own;
    private final OperatorServices parts;
    private final Safeguard safeguard;
    private final Acknowledgements acknowledgements;
    /** Lock for reading and changing the stored revocations. */
    private final Object change = new Object();

    RevocationService(OperatorServices parts) {
        this.own = parts.own();
        this.parts = parts;
        this.safeguard = new Safeguard(parts);
        this.acknowledgements = new Acknowledgements(parts.mesh());
    }

    @Override
    public void revoke(RevokeRequest request, StreamObserver<RevokeResponse> responses) {
        OperatorAnswers.answer(responses, () -> {
            Duration wait = OperatorAnswers.wait(request.getWaitMillis());
            Revocation wanted =
                    RevocationRequestReader.read(request, own, parts.clock().instant());
            Kept kept;
            synchronized (change) {
                kept = keep(wanted, RevocationRequestReader.isAsOfNow(request));
            }
            checkInForce(kept);
            Spread spread = spread(kept.revocation(), wait);
            return RevokeResponse.newBuilder()
                    .setRevocation(info(kept.revocation(), true))
                    .setSpread(spread)
                    .setRemark(kept.remark())
                    .build();
        });
    }

    /** @param remark what went wrong although the revocation is kept; empty if nothing did */
    private record Kept(Revocation revocation, String remark) {}

    private Kept keep(Revocation wanted, boolean asOfNow) throws IOException {
        safeguard.check(wanted);
        Revocation kept = safeguard.withEnd(wanted);
        Optional<Revocation> before = parts.objects().revocation(wanted.name());
        if (before.isEmpty()) {
            checkRoom(kept);
        } else if (before.get().inForce(parts.clock().instant())) {
            kept = merge(before.get(), kept, asOfNow);
        }
        if (before.equals(Optional.of(kept))) {
            return new Kept(kept, "");
        }
        parts.objects().put(kept);
        return new Kept(kept, audited("revoked", kept));
    }

    private String audited(String event, Revocation revocation) {
        return parts.audited(
                event,
                revocation.trustDomainIn(own),
                what(revocation),
                revocation.reason().orElse(""));
    }

    /** Merges two revocations: refuses what either of them refuses, for as long as either does. */
    private static Revocation merge(Revocation before, Revocation wanted, boolean asOfNow) {
        Revocation.Target target = wanted.target();
        if (before.target() instanceof Revocation.Target.Identity(SpiffeId _, Instant was)
                && target instanceof Revocation.Target.Identity(SpiffeId id, Instant becomes)) {
            // A certificate that was issued since, in the same second, begins at that second.
            Instant refused = asOfNow && was.equals(becomes) ? becomes.plusSeconds(1) : becomes;
            target = new Revocation.Target.Identity(id, was.isAfter(refused) ? was : refused);
        }
        Optional<Instant> expires =
                wanted.expires().flatMap(end -> before.expires().map(earlier -> earlier.isAfter(end) ? earlier : end));
        return new Revocation(
                wanted.name(), wanted.trustDomain(), target, wanted.reason().or(before::reason), expires);
    }

    private void checkRoom(Revocation wanted) throws IOException {
        if (!hasRoom(wanted)) {
            parts.objects().forgetEnded(parts.clock().instant());
        }
        Collection<Revocation> present = parts.registry().get().revocations().values();
        if (!hasRoom(wanted)) {
            throw new RefusedException(
                    RevocationRefusals.TOO_MANY,
                    "there are " + present.size() + " revocations already, as many as sidecars take",
                    "take some back, " + "or rotate the issuer that what they refuse is of");
        }
    }

    private boolean hasRoom(Revocation wanted) {
        Collection<Revocation> present = parts.registry().get().revocations().values();
        int bytes = present.stream().mapToInt(Revocation::size).sum() + wanted.size();
        return present.size() < Snapshot.MAX_REVOCATIONS && bytes <= Snapshot.MAX_REVOCATION_BYTES;
    }

    /** A trust domain without a bundle is not trusted: there is nothing to wait for. */
    private Spread spread(Revocation revocation, Duration wait) throws InterruptedException {
        Optional<TrustBundle> bundle = parts.trust().bundles().find(revocation.trustDomainIn(own));
        if (bundle.isEmpty()) {
            return Spread.getDefaultInstance();
        }
        return acknowledgements.await(bundle.get().trustDomain(), wait);
    }

    private void checkInForce(Kept kept) {
        Revocation revocation = kept.revocation();
        Optional<TrustBundle> bundle = parts.trust().bundles().find(revocation.trustDomainIn(own));
        if (bundle.isPresent() && !refuses(bundle.get().revocations(), revocation.target())) {
            throw new RefusedException(
                    RevocationRefusals.NOT_IN_FORCE,
                    "the revocation is kept and not in force yet",
                    OperatorAnswers.advice("the control plane's log says why", kept.remark()));
        }
    }

    private static boolean refuses(Revocations revocations, Revocation.Target target) {
        return switch (target) {
            case Revocation.Target.Certificate(SerialNumber serial) ->
                revocations.certificates().contains(serial);
            case Revocation.Target.Identity(SpiffeId id, Instant before) ->
                !revocations.identities().getOrDefault(id, Instant.MIN).isBefore(before);
            case Revocation.Target.Issuer(SpkiFingerprint key) ->
                revocations.issuers().contains(key);
        };
    }

    @Override
    public void listRevocations(ListRevocationsRequest request, StreamObserver<ListRevocationsResponse> responses) {
        OperatorAnswers.answer(responses, () -> {
            Instant now = parts.clock().instant();
            ListRevocationsResponse.Builder answer = ListRevocationsResponse.newBuilder();
            List<Revocation> all = parts.registry().get().revocations().values().stream()
                    .sorted(Comparator.comparing((Revocation revocation) ->
                                    revocation.trustDomainIn(own).name())
                            .thenComparing(Revocation::name))
                    .toList();
            for (Revocation revocation : all) {
                RevocationInfo info = info(
                        revocation,
                        parts.objects().revocation(revocation.name()).isPresent());
                if (revocation.inForce(now)) {
                    answer.addRevocations(info);
                } else {
                    answer.addEnded(info);
                }
            }
            return answer.build();
        });
    }

    @Override
    public void undoRevocation(UndoRevocationRequest request, StreamObserver<UndoRevocationResponse> responses) {
        OperatorAnswers.answer(responses, () -> {
            Duration wait = OperatorAnswers.wait(request.getWaitMillis());
            Revocation revocation = find(request.getId());
            if (parts.objects().revocation(revocation.name()).isEmpty()) {
                throw new RefusedException(
                        RevocationRefusals.IN_A_FILE,
                        "the revocation " + revocation.name() + " is in a file of the mesh",
                        "remove it there");
            }
            synchronized (change) {
                parts.objects().remove(revocation.name());
            }
            String remark = audited("revocation-undone", revocation);
            return UndoRevocationResponse.newBuilder()
                    .setRemark(remark)
                    .setRevocation(info(revocation, true))
                    .setSpread(spread(revocation, wait))
                    .build();
        });
    }

    private Revocation find(String id) {
        List<Revocation> found = parts.registry().get().revocations().values().stream()
                .filter(revocation -> !id.isEmpty() && revocation.name().startsWith(id))
                .toList();
        Optional<Revocation> exact = found.stream()
                .filter(revocation -> revocation.name().equals(id))
                .findFirst();
        if (exact.isPresent()) {
            return exact.get();
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new RefusedException(
                RevocationRefusals.NO_REVOCATION,
                found.isEmpty()
                        ? "there is no revocation '" + id + "'"
                        : found.size() + " revocations begin with '" + id + "'",
                found.isEmpty() ? "'weft revoke list' has all" : "give more of it");
    }

    private static String what(Revocation revocation) {
        return switch (revocation.target()) {
            case Revocation.Target.Certificate(SerialNumber serial) -> "certificate " + serial;
            case Revocation.Target.Identity(SpiffeId id, Instant before) -> "identity " + id + " before " + before;
            case Revocation.Target.Issuer(SpkiFingerprint key) -> "issuer " + key.hex();
        };
    }

    private RevocationInfo info(Revocation revocation, boolean canUndo) {
        RevocationTarget.Builder target = RevocationTarget.newBuilder();
        switch (revocation.target()) {
            case Revocation.Target.Certificate(SerialNumber serial) -> target.setSerialNumber(serial.toString());
            case Revocation.Target.Identity(SpiffeId id, Instant before) ->
                target.setIdentity(IdentityTarget.newBuilder()
                        .setSpiffeId(id.toString())
                        .setIssuedBefore(before.getEpochSecond()));
            case Revocation.Target.Issuer(SpkiFingerprint key) -> target.setIssuerKeySha256(key.hex());
        }
        return RevocationInfo.newBuilder()
                .setId(revocation.name())
                .setTarget(target)
                .setTrustDomain(revocation.trustDomainIn(own).name())
                .setReason(revocation.reason().orElse(""))
                .setExpires(revocation.expires().map(Instant::getEpochSecond).orElse(0L))
                .setCanUndo(canUndo)
                .build();
    }
}
