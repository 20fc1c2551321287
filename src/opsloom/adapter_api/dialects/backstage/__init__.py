"""Backstage's entities: their names, and what is read off them wherever they come from.

Source: https://backstage.io/docs/features/software-catalog/descriptor-format
"""
