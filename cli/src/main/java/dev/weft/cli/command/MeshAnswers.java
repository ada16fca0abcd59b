package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Screen;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The answers of several meshes to the same question. A mesh that does not answer does not hold back the others'
 * answers.
 *
 * @param failures of the meshes that did not answer
 */
public record MeshAnswers<T>(List<T> answers, List<CommandFailure> failures) {

    public MeshAnswers {
        answers = List.copyOf(answers);
        failures = List.copyOf(failures);
    }

    /**
     * Asks each mesh.
     *
     * @param question asks one mesh, given its name
     * @throws CommandFailure the first failure, if no mesh has answered
     */
    public static <T> MeshAnswers<T> each(List<Mesh> meshes, BiFunction<String, Operator, List<T>> question) {
        List<T> answers = new ArrayList<>();
        List<CommandFailure> failures = new ArrayList<>();
        for (Mesh mesh : meshes) {
            try (Operator operator = mesh.operator()) {
                answers.addAll(question.apply(mesh.ref().name(), operator));
            } catch (CommandFailure failure) {
                failures.add(failure);
            }
        }
        if (failures.size() == meshes.size() && !failures.isEmpty()) {
            throw failures.getFirst();
        }
        return new MeshAnswers<>(answers, failures);
    }

    public int end(Screen screen) {
        failures.forEach(failure -> screen.note("weft: " + failure.what() + " (" + failure.code() + ")"));
        return failures.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
