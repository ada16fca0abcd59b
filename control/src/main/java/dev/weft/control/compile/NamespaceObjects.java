package dev.weft.control.compile;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Selecting;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.table.SortedTable;
import dev.weft.policy.model.Named;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Selects the objects of one namespace from those of all namespaces. */
public final class NamespaceObjects {

    private NamespaceObjects() {}

    /** Returns the objects of the namespace, in the order of their names. */
    public static <V> List<V> values(Map<ObjectName, V> all, String namespace) {
        return SortedTable.copyOf(all)
                .range(ObjectName.first(namespace), name -> name.isIn(namespace))
                .toList();
    }

    /** Returns the policies of the objects that select the workload, in the order of their names. */
    public static <P extends Named, S extends Selecting<P>> Stream<P> about(Workload workload, Map<ObjectName, S> all) {
        return values(all, workload.name().namespace()).stream()
                .filter(each -> each.selects(workload))
                .map(Selecting::policy);
    }
}
