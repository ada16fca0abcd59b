package dev.weft.control.compile;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.table.SortedTable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The objects of one namespace among those of all. */
public final class ByNamespace {

    private ByNamespace() {}

    /** In the order of their names. */
    public static <V> List<V> values(Map<ObjectName, V> all, String namespace) {
        List<V> found = new ArrayList<>();
        Iterator<Map.Entry<ObjectName, V>> entries = all instanceof SortedTable<ObjectName, V> table
                ? table.from(new ObjectName(namespace, ""))
                : all.entrySet().iterator();
        boolean after = false;
        while (entries.hasNext() && !after) {
            Map.Entry<ObjectName, V> entry = entries.next();
            int compared = entry.getKey().namespace().compareTo(namespace);
            if (compared == 0) {
                found.add(entry.getValue());
            }
            after = compared > 0;
        }
        return found;
    }
}
