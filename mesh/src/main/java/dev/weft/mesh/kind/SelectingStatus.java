package dev.weft.mesh.kind;

import dev.weft.mesh.kind.Kind.Column;
import java.util.List;
import java.util.stream.Stream;

/**
 * The status of an object that selects workloads: the number of these workloads, and on how many of their sidecars the
 * object is in force.
 */
final class SelectingStatus {

    private SelectingStatus() {}

    /**
     * Returns the definition of such a kind for an API server.
     *
     * @param noun the object in words, as in "that the policy selects"
     * @param first columns before those of the status
     * @param last columns after those of the status
     * @param more further fields of the status
     */
    static Kind.Definition definition(
            String shortName, String noun, List<Column> first, List<Column> last, Field... more) {
        Shape.Mapping status = CommonFields.inForce(noun);
        for (Field field : more) {
            status = status.with(field);
        }
        return new Kind.Definition(
                shortName,
                Stream.of(first, columns(noun), last).flatMap(List::stream).toList(),
                status.with(CommonFields.CONDITIONS),
                true);
    }

    private static List<Column> columns(String noun) {
        return List.of(
                Column.condition("Accepted", "Accepted"),
                Column.of("Workloads", "integer", ".status.workloads")
                        .described("Number of workloads that the " + noun + " selects."),
                Column.of("Meshed", "integer", ".status.meshed")
                        .described("Number of these workloads that have a sidecar."),
                Column.condition("In force", "InForce"),
                Column.of("Sidecars", "string", ".status.sidecars.summary")
                        .described("Number of sidecars that have it in force, and number of sidecars that it is for."));
    }
}
