package dev.weft.cli.join;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognizes failures to join that waiting does not repair. */
final class LastingRefusal {

    /** Refusals of a control plane that the same request always gets again. */
    private static final Pattern ANSWER = Pattern.compile("WEFT-C0(01|02|04|05|06|70): [^;]*");

    /** The TLS alert by which a control plane refuses a revoked certificate. */
    private static final Pattern REVOKED = Pattern.compile("ALERT_CERTIFICATE_REVOKED");

    /** The server has proven another identity, or has a certificate that the anchors do not sign. */
    private static final Pattern STRANGER =
            Pattern.compile("(is no anchor of trust domain|BAD_SIGNATURE|\\(expected: spiffe://)");

    private static final Pattern NO_TOKEN = Pattern.compile("has no join token|no token-file to get one with");

    private static final String NEW_TOKEN =
            "where the mesh is: 'weft token create --workload %s --out join.yaml', then here 'weft proxy join join.yaml'";

    private final JoinFile join;
    private final Optional<Path> state;

    /** @param state the directory where a former run has kept its certificate */
    LastingRefusal(JoinFile join, Optional<Path> state) {
        this.join = join;
        this.state = state;
    }

    /** Returns the failure in the sidecar's reason for not being ready; empty if waiting may help. */
    Optional<CommandFailure> in(String missing) {
        Matcher answer = ANSWER.matcher(missing);
        if (answer.find()) {
            return Optional.of(refused(answer.group(), answer.group(1).equals("02") ? used() : List.of()));
        }
        if (REVOKED.matcher(missing).find()) {
            return Optional.of(refused("its certificate was revoked", List.of()));
        }
        if (NO_TOKEN.matcher(missing).find()) {
            return Optional.of(refused("it has no certificate that has not ended, and no token", used()));
        }
        if (STRANGER.matcher(missing).find()) {
            return Optional.of(new CommandFailure(
                    ExitCode.FAILED,
                    "WEFT-J008",
                    "whoever answers at " + join.spec().controlPlane() + " is not the control plane of this join file: "
                            + missing,
                    "nothing secret was sent; if the mesh was made anew, or its trust anchor: "
                            + NEW_TOKEN.formatted(join.workload())));
        }
        return Optional.empty();
    }

    private CommandFailure refused(String why, List<String> advice) {
        List<String> all = new ArrayList<>(advice);
        all.add(NEW_TOKEN.formatted(join.workload()));
        return new CommandFailure(
                ExitCode.FAILED,
                "WEFT-J003",
                "the control plane at " + join.spec().controlPlane() + " refuses this machine: " + why,
                all.toArray(String[]::new));
    }

    private List<String> used() {
        List<String> advice = new ArrayList<>(List.of("a token can be used once, and until it ends"));
        state.flatMap(LastingRefusal::keptUntil)
                .filter(end -> end.isBefore(Instant.now()))
                .ifPresent(end -> advice.add("the certificate kept in " + state.orElseThrow() + " ended at " + end
                        + ": a machine that was away for longer than its certificate lives joins anew"));
        return advice;
    }

    /** Returns when the certificate expires that a former run has kept here. */
    private static Optional<Instant> keptUntil(Path state) {
        try {
            String text = Files.readString(state.resolve("svid.pem"), StandardCharsets.US_ASCII);
            int chain = Math.max(text.indexOf("-----BEGIN CERTIFICATE-----"), 0);
            return Optional.of(Pem.decodeCertificates(text.substring(chain))
                    .getFirst()
                    .getNotAfter()
                    .toInstant());
        } catch (IOException | InvalidEncodingException _) {
            // Nothing is known about its end; the sidecar itself reports what is wrong with an existing file.
            return Optional.empty();
        }
    }
}
