package dev.weft.files.yaml;

import org.jspecify.annotations.Nullable;

/** What becomes of a route's references to what is no Service of its namespace. */
enum References {
    /** They are errors. */
    OF_FILES,
    /**
     * As the Gateway API says of objects of an API server: a parent that is no Service is another controller's, and all else that
     * leads nowhere is said in the object's status.
     */
    OF_AN_API_SERVER;

    /** Whether an API group is that of Services. */
    static boolean isCore(@Nullable String group, String otherwise) {
        String said = group == null ? otherwise : group;
        return said.isEmpty() || said.equals("core");
    }
}
