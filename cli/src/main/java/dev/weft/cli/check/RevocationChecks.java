package dev.weft.cli.check;

import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.check.Observation.Reply;
import dev.weft.cli.mesh.RevokedLeaves;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.cli.screen.Human;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Checks the revocations. */
final class RevocationChecks {

    /** A revocation that ends within this time is reported. */
    static final Duration SOON = Duration.ofDays(1);

    /**
     * How long an ended revocation may still be stored: it is kept for a day because of clocks that run ahead, and
     * removed within the next minute.
     */
    static final Duration LONGEST_KEPT = Duration.ofDays(1).plus(Duration.ofHours(1));

    /** Number of revocations that is reported; sidecars accept 10,000. */
    static final int MANY = 8_000;

    private RevocationChecks() {}

    static Verdict revocations(Observation seen) {
        return MeshChecks.known(seen, seen.revocations(), revocations -> {
            List<RevocationInfo> inForce = revocations.getRevocationsList();
            Findings findings = new Findings();
            inForce.forEach(revocation -> ending(findings, revocation, seen.now()));
            revocations.getEndedList().forEach(revocation -> ended(findings, revocation, seen.now()));
            if (inForce.size() >= MANY) {
                findings.warning(
                        inForce.size() + " are in force, of 10,000 that sidecars accept: rotate the issuer of the"
                                + " revoked certificates, then undo these revocations");
            }
            return findings.verdict(
                    inForce.isEmpty() ? "nothing is revoked" : Human.count(inForce.size(), "revocation") + " in force",
                    "revocations end before what they refuse does, or have ended and are still there",
                    "'weft revoke list' shows all; revoke again for longer, or remove what has ended");
        });
    }

    /** Reports workloads whose certificate is revoked: they are shut out, however healthy they look by themselves. */
    static Verdict workloads(Observation seen) {
        return MeshChecks.known(seen, seen.revocations(), _ -> {
            Findings findings = new Findings();
            revoked(seen)
                    .forEach((workload, by) -> findings.failed(workload + ": " + by.text() + "; "
                            + by.remedies(workload, seen.mesh(), seen.now()).stream()
                                    .collect(Collectors.joining("; "))));
            return findings.verdict(
                    "no workload runs on a certificate that is revoked",
                    Human.count(findings.count(), "workload") + " shut out: every peer refuses the certificate",
                    "take the revocation back, or restart the workload for a new certificate");
        });
    }

    /**
     * Returns the workloads whose certificate is revoked, by the sidecar's own answer, or else by its last report to
     * the control plane.
     */
    static Map<String, RevokedLeaves.RevokedBy> revoked(Observation seen) {
        if (seen.trust().answer().isEmpty() || seen.revocations().answer().isEmpty()) {
            return Map.of();
        }
        ShowTrustResponse trust = seen.trust().answer().get();
        RevokedLeaves leaves = RevokedLeaves.of(seen.revocations().answer().get(), trust);
        Map<String, RevokedLeaves.RevokedBy> revoked = new TreeMap<>();
        trust.getProxiesList()
                .forEach(proxy ->
                        leaves.reported(proxy.getWorkload()).ifPresent(by -> revoked.put(proxy.getWorkload(), by)));
        for (Reply<SidecarStatus> sidecar : seen.sidecars()) {
            sidecar.answer().ifPresent(status -> {
                revoked.remove(sidecar.from());
                leaves.held(sidecar.from(), status).ifPresent(by -> revoked.put(sidecar.from(), by));
            });
        }
        return revoked;
    }

    private static void ending(Findings findings, RevocationInfo revocation, Instant now) {
        if (revocation.getExpires() == 0) {
            return;
        }
        Instant end = Instant.ofEpochSecond(revocation.getExpires());
        if (end.isAfter(now.plus(SOON)) || nothingIsLeft(revocation.getTarget(), end)) {
            return;
        }
        findings.warning(what(revocation) + " is trusted again " + Human.relative(end, now));
    }

    /** Whether every certificate that the revocation refuses has ended before the revocation does. */
    private static boolean nothingIsLeft(RevocationTarget target, Instant end) {
        return target.hasIdentity()
                && !end.isBefore(Instant.ofEpochSecond(target.getIdentity().getIssuedBefore())
                        .plus(Duration.ofDays(7)));
    }

    private static void ended(Findings findings, RevocationInfo revocation, Instant now) {
        Instant end = Instant.ofEpochSecond(revocation.getExpires());
        if (!revocation.getCanUndo()) {
            findings.warning(
                    what(revocation) + " ended " + Human.relative(end, now) + " and is still in a file of the mesh");
        } else if (Duration.between(end, now).compareTo(LONGEST_KEPT) > 0) {
            findings.warning(what(revocation) + " ended " + Human.relative(end, now)
                    + " and is still in the state directory: 'weft logs --control' says why");
        }
    }

    private static String what(RevocationInfo revocation) {
        RevocationTarget target = revocation.getTarget();
        String what = switch (target.getTargetCase()) {
            case SERIAL_NUMBER -> "certificate " + target.getSerialNumber();
            case IDENTITY -> target.getIdentity().getSpiffeId();
            case ISSUER_KEY_SHA256 -> "issuer " + target.getIssuerKeySha256();
            case TARGET_NOT_SET -> "nothing";
        };
        return revocation.getId() + ": " + what;
    }
}
