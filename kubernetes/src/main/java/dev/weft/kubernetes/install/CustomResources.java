package dev.weft.kubernetes.install;

import dev.weft.kubernetes.manifest.Trees;
import dev.weft.mesh.kind.Kind;
import dev.weft.mesh.kind.Kinds;
import dev.weft.mesh.kind.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The kinds of {@code weft.dev} as an API server is told of them, made of their descriptions. */
public final class CustomResources {

    private CustomResources() {}

    /** A CustomResourceDefinition for each, in the order of their plurals. */
    public static List<Map<String, Object>> trees() {
        return Kinds.DEFINED.stream()
                .flatMap(kind -> kind.definition().map(definition -> tree(kind, definition)).stream())
                .toList();
    }

    private static Map<String, Object> tree(Kind kind, Kind.Definition definition) {
        return Trees.of(
                "apiVersion",
                "apiextensions.k8s.io/v1",
                "kind",
                "CustomResourceDefinition",
                "metadata",
                Trees.of(
                        "name",
                        kind.plural() + "." + kind.group(),
                        "labels",
                        Trees.of("app.kubernetes.io/part-of", "weft")),
                "spec",
                Trees.of(
                        "group",
                        kind.group(),
                        "scope",
                        kind.namespaced() ? "Namespaced" : "Cluster",
                        "names",
                        names(kind, definition),
                        "versions",
                        List.of(version(kind, definition))));
    }

    private static Map<String, Object> names(Kind kind, Kind.Definition definition) {
        return Trees.of(
                "kind",
                kind.word(),
                "listKind",
                kind.word() + "List",
                "plural",
                kind.plural(),
                "singular",
                kind.word().toLowerCase(Locale.ROOT),
                "shortNames",
                List.of(definition.shortName()),
                "categories",
                List.of("weft"));
    }

    private static Map<String, Object> version(Kind kind, Kind.Definition definition) {
        List<Object> columns = new ArrayList<>();
        definition.columns().forEach(column -> columns.add(column(column)));
        columns.add(Trees.of("name", "Age", "type", "date", "jsonPath", ".metadata.creationTimestamp"));
        return Trees.of(
                "name",
                kind.version(),
                "served",
                true,
                "storage",
                true,
                "subresources",
                Trees.of("status", Map.of()),
                "additionalPrinterColumns",
                columns,
                "schema",
                Trees.of("openAPIV3Schema", Schemas.structural(kind)));
    }

    private static Map<String, Object> column(Kind.Column column) {
        Map<String, Object> tree = Trees.of("name", column.name(), "type", column.type());
        Optional.of(column.description())
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> tree.put("description", text));
        if (column.wide()) {
            tree.put("priority", 1);
        }
        tree.put("jsonPath", column.path());
        return tree;
    }
}
