package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;

import dev.weft.mesh.kind.Kind.Column;
import java.util.List;
import java.util.stream.Stream;

/** The status of an object that selects workloads: which these are, and on how many of their sidecars it is in force. */
final class SelectingStatus {

    private SelectingStatus() {}

    /**
     * What an API server is told of such a kind.
     *
     * @param noun what the object is called, as in "that the policy selects"
     * @param first columns before those of the status
     * @param last columns after them
     * @param more other fields of the status
     */
    static Kind.Definition definition(
            String shortName, String noun, List<Column> first, List<Column> last, Field... more) {
        Shape.Mapping status = mapping()
                .with(Parts.count("workloads", "Workloads that the " + noun + " selects."))
                .with(Parts.count("meshed", "Those of them that have a sidecar."))
                .optional("sidecars", "How far the sidecars of the workloads are.", sidecars(noun));
        for (Field field : more) {
            status = status.with(field);
        }
        return new Kind.Definition(
                shortName,
                Stream.of(first, columns(noun), last).flatMap(List::stream).toList(),
                status.with(Parts.CONDITIONS),
                true);
    }

    private static Shape sidecars(String noun) {
        return mapping()
                .with(Parts.count("selected", "Sidecars that the " + noun + " is for."))
                .with(Parts.count("inForce", "Those that have acknowledged it."))
                .optional("summary", "Both numbers with a slash between them.", Parts.said(32))
                .optional(
                        "refused",
                        "The first of those that have refused it or cannot do what it asks.",
                        list(Parts.said(320), 10))
                .optional("waiting", "The first of those that have not acknowledged it.", list(Parts.said(320), 10));
    }

    private static List<Column> columns(String noun) {
        return List.of(
                Column.condition("Accepted", "Accepted"),
                Column.of("Workloads", "integer", ".status.workloads")
                        .described("Workloads that the " + noun + " selects."),
                Column.of("Meshed", "integer", ".status.meshed").described("Those of them that have a sidecar."),
                Column.condition("In force", "InForce"),
                Column.of("Sidecars", "string", ".status.sidecars.summary")
                        .described("On how many of how many sidecars it is in force."));
    }
}
