package dev.weft.cli.command.trust;

import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.cli.check.RotationSteps;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.screen.Human;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The failures of commands about rotations. */
final class RotationFailures {

    private RotationFailures() {}

    static CommandFailure none(MeshRef mesh) {
        return CommandFailure.notFound(
                "WEFT-T010",
                "no rotation runs in mesh " + mesh,
                "'weft trust rotate' starts one; 'weft trust show' shows what the mesh rests on");
    }

    static CommandFailure another(MeshRef mesh, RotationStatus running, String why) {
        String command = command(mesh, running);
        return CommandFailure.failed(
                "WEFT-T011",
                "another rotation is running: " + why,
                "'" + command + " --resume' follows it to its end, '" + command + " --status' shows it",
                running.getCanRollBack()
                        ? "'" + command + " --roll-back' rolls it back"
                        : "it can no longer be rolled back");
    }

    static CommandFailure waits(MeshRef mesh, Duration timeout, Optional<RotationStatus> last) {
        String where = last.map(status ->
                        " at '" + RotationSteps.words(status, status.getStep()) + "', " + RotationText.counted(status))
                .orElse("");
        String command = last.map(status -> command(mesh, status)).orElse("weft trust rotate" + mesh.option());
        return CommandFailure.failed(
                "WEFT-T013",
                "the rotation of mesh " + mesh + " has not ended after " + Human.duration(timeout) + where,
                "it goes on without this command; '" + command + " --resume' follows it, '" + command
                        + " --status' shows which sidecars it waits for");
    }

    static CommandFailure away(MeshRef mesh, Duration limit) {
        return CommandFailure.failed(
                "WEFT-T014",
                "the control plane of mesh " + mesh + " has not answered for " + Human.duration(limit),
                "a rotation that has begun goes on when it is back; the same command follows it then",
                "'weft logs --events' shows what happened");
    }

    static CommandFailure down(MeshRef mesh) {
        return CommandFailure.notFound(
                "WEFT-L105",
                "mesh " + mesh + " is no longer running",
                "'weft down --mesh " + mesh + "' removes what is left of it");
    }

    static CommandFailure never(MeshRef mesh) {
        return CommandFailure.notFound(
                "WEFT-T010",
                "there has been no rotation in mesh " + mesh,
                "'weft trust rotate' starts one; 'weft trust show' shows what the mesh rests on");
    }

    /** @param rolledBack how the rotation has ended, contrary to the request */
    static CommandFailure ended(MeshRef mesh, boolean rolledBack) {
        return CommandFailure.failed(
                "WEFT-T015",
                "the rotation of mesh " + mesh
                        + (rolledBack
                                ? " was rolled back by another command"
                                : " ended before it could be rolled back"),
                "'weft trust show' shows what the mesh rests on");
    }

    static CommandFailure replaced(@Nullable RotationStatus last, MeshRef mesh) {
        String command = last == null ? "weft trust rotate" + mesh.option() : command(mesh, last);
        return CommandFailure.failed(
                "WEFT-T015",
                "the rotation of mesh " + mesh + " has ended, and another one has begun",
                "'" + command + " --status' shows it");
    }

    /** Returns the command that follows this rotation, ready to be typed. */
    static String command(MeshRef mesh, RotationStatus rotation) {
        return (rotation.getKind() == RotationKind.ROTATION_KIND_ISSUER ? "weft issuer rotate" : "weft trust rotate")
                + mesh.option();
    }
}
