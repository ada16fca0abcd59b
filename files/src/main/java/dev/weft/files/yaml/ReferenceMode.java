package dev.weft.files.yaml;

import org.jspecify.annotations.Nullable;

/** How a route's references to anything else than Services are treated, and parents of other namespaces. */
enum ReferenceMode {
    /** Such references are errors. */
    OF_FILES,
    /**
     * Such references follow the Gateway API, for objects from an API server: a parent that is not a Service belongs to
     * another controller, and any other reference without a target is reported in the object's status.
     */
    OF_AN_API_SERVER;

    /**
     * Whether an API group is the group of Services.
     *
     * @param otherwise the group to use for null
     */
    static boolean isCore(@Nullable String group, String otherwise) {
        String given = group == null ? otherwise : group;
        return given.isEmpty() || given.equals("core");
    }
}
