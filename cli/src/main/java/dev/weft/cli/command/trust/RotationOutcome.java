package dev.weft.cli.command.trust;

import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Prints how a rotation has ended, in words.
 *
 * @param trust the mesh's anchors and issuers after the rotation
 */
record RotationOutcome(Session session, MeshRef mesh, ShowTrustResponse trust) {

    /** Most sidecars with closed tunnels that are named; the rest is counted. */
    private static final int MOST_NAMED = 10;

    /** Reports that the mesh already has the requested anchor. */
    int nothingToDo(OutputOption output) {
        Screen screen = session.screen();
        output.print(
                screen,
                TrustDocument.of(mesh.name(), trust),
                () -> screen.text(good() + " mesh " + screen.paint(Style.NAME, mesh.name())
                        + " rests on that anchor already" + anchor()));
        return ExitCode.OK;
    }

    /** @param key where the anchor's key is */
    void print(OutputOption output, RotationStatus end, Optional<String> key) {
        Screen screen = session.screen();
        output.print(screen, RotationDocument.of(end), () -> {
            standing(end);
            if (end.getStep() == RotationStep.ROTATION_STEP_DONE) {
                key.ifPresent(line -> screen.text("  " + line));
            }
        });
    }

    /** Prints what is to be said about a rotation besides its steps. */
    void standing(RotationStatus rotation) {
        Screen screen = session.screen();
        if (!rotation.getForcedWithoutList().isEmpty()) {
            screen.text(screen.paint(Style.WARNING, "  not waited for: ")
                    + String.join(", ", rotation.getForcedWithoutList())
                    + "; it renews by itself when it is connected again");
        }
        closed(rotation);
        if (!rotation.getFinished()) {
            String command = RotationFailures.command(mesh, rotation);
            RotationText.without(rotation)
                    .ifPresent(names -> screen.text("  to go on without waiting: " + command + " " + names));
            screen.text(
                    rotation.getCanRollBack()
                            ? "  it can be rolled back: " + command + " --roll-back"
                            : "  it can no longer be rolled back");
            return;
        }
        String took = ", in " + Human.duration(Duration.ofSeconds(rotation.getFinishedAt() - rotation.getStartedAt()));
        String name = screen.paint(Style.NAME, mesh.name());
        if (rotation.getStep() == RotationStep.ROTATION_STEP_ROLLED_BACK) {
            screen.text(good() + " mesh " + name + " rests on its former anchor and issuer again" + took);
        } else if (rotation.getKind() == RotationKind.ROTATION_KIND_ISSUER) {
            screen.text(good() + " mesh " + name + " has a new issuer" + took);
        } else {
            screen.text(good() + " mesh " + name + " has a new trust anchor" + took + anchor());
        }
    }

    private void closed(RotationStatus rotation) {
        Screen screen = session.screen();
        rotation.getClosedTunnelsList().stream()
                .limit(MOST_NAMED)
                .forEach(each -> screen.line(screen.paint(Style.WARNING, "  closed: ")
                        + each.getReason() + " of " + each.getWorkload()
                        + "; the keys that they rested on are no longer trusted"));
        int more = rotation.getClosedTunnelsCount() - MOST_NAMED;
        if (more > 0) {
            screen.line("  and tunnels of " + Human.count(more, "other sidecar"));
        }
    }

    private String anchor() {
        Instant now = session.clock().instant();
        return trust.getAnchorsList().stream()
                .filter(info -> info.getState() == AuthorityState.AUTHORITY_STATE_CURRENT)
                .findFirst()
                .map(info -> ": " + info.getSubject() + ", ends " + end(info, now))
                .orElse("");
    }

    private static String end(AnchorInfo info, Instant now) {
        return Human.relative(Instant.ofEpochSecond(info.getNotAfter()), now);
    }

    private String good() {
        return session.screen().paint(Style.GOOD, "✓");
    }
}
