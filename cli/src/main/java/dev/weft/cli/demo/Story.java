package dev.weft.cli.demo;

import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;

/** The chapters in their order, over a mesh that is up. */
final class Story {

    private Story() {}

    /** Tells all of it; what does not hold is told too, and the next chapter follows. */
    static void tell(Teller teller, MeshHandle mesh, DemoFiles files) throws IOException, InterruptedException {
        Scene scene = new Scene(teller, mesh, new Inside(mesh), files);
        // First of all, so that the capture sees the first tunnel between the two from its first byte.
        new WireChapter(scene).tell();
        try (Load load = Load.start(scene.inside())) {
            RotationChapter rotation = new RotationChapter(scene, load);
            new RefusalChapter(scene).tell();
            new PolicyChapter(scene, load).tell();
            rotation.tell();
        }
    }
}
