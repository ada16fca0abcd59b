package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The answers of several meshes to the same question. A mesh that does not answer does not hold back the others'
 * answers.
 *
 * @param answers all answers, in the order of the meshes
 * @param failures those of the meshes that did not answer; two of these may have the same name
 */
public record MeshAnswers<T>(List<T> answers, List<Failure> failures) {

    /** Why a mesh did not answer. */
    public record Failure(MeshRef mesh, CommandFailure failure) {}

    public MeshAnswers {
        answers = List.copyOf(answers);
        failures = List.copyOf(failures);
    }

    /**
     * Asks each mesh.
     *
     * @throws CommandFailure the first failure, if no mesh has answered
     */
    public static <T> MeshAnswers<T> each(List<Mesh> meshes, BiFunction<MeshRef, Operator, List<T>> question) {
        List<T> answers = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (Mesh mesh : meshes) {
            try {
                answers.addAll(mesh.ask(operator -> question.apply(mesh.ref(), operator)));
            } catch (CommandFailure failure) {
                failures.add(new Failure(mesh.ref(), failure));
            }
        }
        if (failures.size() == meshes.size() && !failures.isEmpty()) {
            throw failures.getFirst().failure();
        }
        return new MeshAnswers<>(answers, failures);
    }

    /** Prints which meshes did not answer; returns {@link ExitCode#FAILED} if there are any. */
    public int end(Screen screen) {
        for (Failure each : failures) {
            screen.note("weft: " + each.failure().what() + " (" + each.failure().code() + ")");
        }
        return failures.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
