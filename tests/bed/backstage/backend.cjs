// A Backstage backend with its software catalog and nothing else: `backend.cjs PORT --config app-config.yaml`.
// https://backstage.io/docs/backend-system/building-backends/index
process.env.PORT = process.argv[2];

const { createBackend } = require('@backstage/backend-defaults');

const backend = createBackend();
backend.add(require('@backstage/plugin-catalog-backend'));
backend.start();
