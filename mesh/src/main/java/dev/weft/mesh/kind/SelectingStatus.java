package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;

import dev.weft.mesh.kind.Kind.Column;
import java.util.List;
import java.util.stream.Stream;

/** The status of an object that selects workloads: which these are, and on how many of their sidecars it is in force. */
final class SelectingStatus {

    private SelectingStatus() {}

    /**
     * The fields.
     *
     * @param noun what the object is called, as in "that the policy selects"
     * @param more other fields of the kind
     */
    static Shape.Mapping of(String noun, Field... more) {
        return mapping(Stream.concat(
                        Stream.concat(
                                Stream.of(
                                        Parts.count("workloads", "Workloads that the " + noun + " selects."),
                                        Parts.count("meshed", "Those of them that have a sidecar."),
                                        sidecars(noun)),
                                Stream.of(more)),
                        Stream.of(Parts.CONDITIONS))
                .toArray(Field[]::new));
    }

    private static Field sidecars(String noun) {
        return optional(
                "sidecars",
                "How far the sidecars of the workloads are.",
                mapping(
                        Parts.count("selected", "Sidecars that the " + noun + " is for."),
                        Parts.count("inForce", "Those that have acknowledged it."),
                        optional("summary", "Both numbers with a slash between them.", Parts.said(32)),
                        optional(
                                "refused",
                                "The first of those that have refused it or cannot do what it asks.",
                                list(Parts.said(320), 10)),
                        optional(
                                "waiting",
                                "The first of those that have not acknowledged it.",
                                list(Parts.said(320), 10))));
    }

    /** The columns of kubectl's table. */
    static List<Column> columns(String noun) {
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
